"""The text of the sources as plain text: AOP-Wiki and WikiPathways write HTML, and pieces of it, into every field;
WikiPathways writes its links in Markdown."""

import html
import re

import nh3

# What the sources' editors write; "<lt>" and "<IC50>" are no tags, and the cleaner would take what follows along.
TAGS = """
a abbr acronym article b big blockquote body br button caption center cite code col colgroup dd del details dfn
div dl dt em embed figcaption figure font footer form h1 h2 h3 h4 h5 h6 head header hr html i iframe img input
ins kbd label li link main map mark meta nav object ol option p pre q s samp script section select small span
strike strong style sub summary sup svg table tbody td textarea tfoot th thead time title tr tt u ul var video
wbr [a-z0-9]+:[a-z0-9]+
"""
# A "<" that opens no complete tag is text: "short chains (<C20) are …" must not swallow the rest of the sentence.
LONE_BRACKET = re.compile(rf"<(?!/?(?:{'|'.join(TAGS.split())})(?:\s[^<>]*)?/?>|!--[^>]*-->)", re.IGNORECASE)
BREAK = re.compile(r"</?(?:p|br|div|li|ul|ol|tr|table|h[1-6]|blockquote)\b[^<>]*>", re.IGNORECASE)
CELL = re.compile(r"</?t[dh]\b[^<>]*>", re.IGNORECASE)
# control and format characters (zero width, direction), halves of a surrogate pair
INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)
# Signs that steer, and are no text: control characters but tab and line end, what turns text around, what XML forbids.
STEERING = r"\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202d\u202e\ufffe\uffff"
STEERS = re.compile(f"[{STEERING}]")
# [label](address), where the address may hold brackets of its own
LINK = re.compile(r"\[([^\[\]]+)\]\(https?://[^\s()]*(?:\([^\s()]*\)[^\s()]*)*\s?\)")


def paragraphs(text: str) -> str:
    """`text` without tags, entities, invisible characters and the addresses of links; one line a paragraph, no empty
    lines.

    The result is text, never HTML: an escaped `<b>` comes out as those three characters, and is escaped at output.
    """
    if "<" in text or "&" in text:
        text = CELL.sub(" ", BREAK.sub("\n", LONE_BRACKET.sub("&lt;", text)))
        text = html.unescape(nh3.clean(text, tags=set()))
    lines = (" ".join(line.split()) for line in LINK.sub(r"\1", INVISIBLE.sub("", text)).splitlines())
    return "\n".join(line for line in lines if line)


def line(text: str) -> str:
    """`text` as `paragraphs` gives it, in one line: titles, synonyms."""
    return " ".join(paragraphs(text).split())
