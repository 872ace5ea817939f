"""Text of the sources, cleaned of HTML."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.ingest.text import line, paragraphs


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("plain", "plain"),
        ("<p>One</p><p>Two</p>", "One\nTwo"),
        ("one<br/>two<BR>three", "one\ntwo\nthree"),
        ("<ul><li>a</li><li>b</li></ul>", "a\nb"),
        ("<tr><td>a</td><td>b</td></tr>", "a b"),
        ("Ca<sup>2+</sup> and <i>in vitro</i>", "Ca2+ and in vitro"),
        ('<a href="javascript:x">link</a><script>alert(1)</script>', "link"),
        ('<img src=x onerror="alert(1)">text', "text"),
        ("R&amp;D &gt; 5&nbsp;%", "R&D > 5 %"),
        ("NF-&kappa;B & TGF&#946;", "NF-κB & TGFβ"),
        ("chains (<C20) are imported when p<0.05 > baseline", "chains (<C20) are imported when p<0.05 > baseline"),
        ("&lt;b&gt; is text", "<b> is text"),
        ("a dose <IC50> or <lt>5 is <b>low</b>", "a dose <IC50> or <lt>5 is low"),
        ("<o:p></o:p>what an <st1:place>editor</st1:place> adds", "what an editor adds"),
        ("in\u200bvis\x00ible \u202emarks\ufeff", "invisible marks"),
        ("a\r\n\r\n  b\t c ", "a\nb c"),
        ("half \ud800 a pair", "half a pair"),
        ("as [Bucci et al](https://e.org/a_(b)?c=1#d ), [2]", "as Bucci et al, [2]"),
        ("[PMID:1](https://e.org/1): cAMP [H+] (https://e.org)", "PMID:1: cAMP [H+] (https://e.org)"),
        ("", ""),
    ],
)
def test_html_becomes_the_text_a_reader_would_see(html: str, expected: str) -> None:
    assert paragraphs(html) == expected
    assert line(html) == expected.replace("\n", " ")


@given(st.text())
def test_any_text_comes_out_storable_and_tidy(raw: str) -> None:
    found = paragraphs(raw)
    found.encode()
    assert not re.search(r"[\x00-\x09\x0b-\x1f]|  | \n|\n |\n\n|^\s|\s$", found)
    assert "\n" not in line(raw)


@given(st.text(st.characters(exclude_characters="<&", exclude_categories=["C", "Z"])))
def test_text_without_html_stays_as_it_is(raw: str) -> None:
    assert paragraphs(raw) == raw


@given(st.lists(st.sampled_from(["<", ">", "&", "b", "/", "script", "!--", "-->", " ", "p", "=", '"', ";", "lt"])))
def test_broken_html_loses_no_letters_outside_tags(pieces: list[str]) -> None:
    assert paragraphs("".join(pieces) + "<b>end</b>").endswith("end") or "script" in pieces or "!--" in pieces
