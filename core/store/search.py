"""Full-text search as a person types it: any words become an FTS5 query that parses."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

MOST_WORDS = 16
MOST_CHARACTERS = 200
WORD = re.compile(r"[^\s/,;|+&()]+")
RUN = re.compile(r"[^\W_]+")
LITTLE = "a an and as at by for from in into is its of on or the their to via with"
STOP = frozenset(LITTLE.split())
# How one word may be written as another: the same stem, and what British and American writers make of it.
ENDINGS = (
    ("sses", "ss"),
    ("sis", "tic"),
    ("tic", "sis"),
    ("ies", "y"),
    ("s", ""),
    ("lling", "ling"),
    ("ling", "lling"),
    ("our", "or"),
)
# Names that are written out as often as not, alone or with a number behind them: IL6, interleukin 6.
WRITTEN_OUT = {
    "il": "interleukin",
    "ros": "reactive oxygen species",
    "tgf": "transforming growth factor",
    "tnf": "tumor necrosis factor",
    "vegf": "vascular endothelial growth factor",
}
APART = re.compile(r"\b([A-Za-z]{2,5}) ([0-9]{1,5})\b")  # a name and its number: IL 6, KE 149
NUMBERED = re.compile(r"([a-z]+)([0-9]+)")
KEPT = ("ss", "us", "is")  # endings in s that are no plural
SHORTEST = 5  # of a word that is written otherwise; shorter ones are names
TELLING = 3  # letters; a text of shorter words is not looked for in descriptions, which are full of them


@dataclass(frozen=True, slots=True)
class Piece:
    """A word that somebody typed, in lower case, without what parts it (`il6` for IL-6); and what to MATCH for it."""

    word: str
    match: str


def match(text: str, also: Mapping[str, Sequence[str]] = MappingProxyType({})) -> str:
    """What to MATCH for rows that have all words of `text`; empty where there is no letter and no digit in it."""
    return every(pieces(text, also))


def every(pieces: Iterable[Piece]) -> str:
    """What to MATCH for all of these words."""
    return " AND ".join(piece.match for piece in pieces)


def pieces(text: str, also: Mapping[str, Sequence[str]] = MappingProxyType({})) -> list[Piece]:
    """The words of `text`, each with what to MATCH for it, in any column; the last one may be unfinished.

    `IL-6` finds `IL-6` and `IL6`, and *hepatocytes* finds *hepatocyte*; little words count only where there are no
    others. `also` has further spellings of a word in lower case. Everything is quoted, so nothing a person types is
    read as an operator of FTS5. The table that is searched has a column `description`.
    """
    joined = APART.sub(r"\1-\2", text[:MOST_CHARACTERS])
    found = [runs for word in WORD.findall(joined) if (runs := RUN.findall(word))]
    found = ([runs for runs in found if runs[0].lower() not in STOP or len(runs) > 1] or found)[:MOST_WORDS]
    where = "" if any(len("".join(runs)) >= TELLING for runs in found) else "- description : "
    return [Piece("".join(runs).lower(), where + _alternatives(runs, also, last=runs is found[-1])) for runs in found]


def _alternatives(runs: list[str], also: Mapping[str, Sequence[str]], *, last: bool) -> str:
    """`("il 6"* OR "il6"*)`: the pieces in a row, or the word written without what parts them, or otherwise."""
    ending = "*" if last and len("".join(runs)) > 1 else ""
    joined = "".join(runs).lower()
    spellings = dict.fromkeys((" ".join(runs), joined, *_names(joined), *(_forms(joined) if len(runs) == 1 else ())))
    written = [f'"{spelling}"{ending}' for spelling in spellings]
    return "(" + " OR ".join([*written, *(f'"{name}"' for name in also.get(joined, ()))]) + ")"


def _names(word: str) -> Iterator[str]:
    """`il6` as `il 6` and as `interleukin 6`."""
    numbered = NUMBERED.fullmatch(word)
    letters, number = numbered.groups() if numbered else (word, "")
    if number:
        yield f"{letters} {number}"
    if letters in WRITTEN_OUT:
        yield f"{WRITTEN_OUT[letters]} {number}".rstrip()


def _forms(word: str) -> Iterator[str]:
    if len(word) < SHORTEST or not word.isalpha():
        return
    for ending, other in ENDINGS:
        if word.endswith(ending) and not (ending == "s" and word.endswith(KEPT)):
            yield word.removesuffix(ending) + other
    if not word.endswith("s"):
        yield f"{word}s"


def storable(text: str) -> str:
    """What was typed, without spaces around it, short, and safe to bind (half a surrogate pair is not)."""
    return text.strip()[:MOST_CHARACTERS].encode("utf-8", "ignore").decode()
