"""Full-text search as a person types it: any words become an FTS5 query that parses."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from core import spellings

MOST_WORDS = 16
MOST_CHARACTERS = 200
WORD = re.compile(r"[^\s/,;|+&()]+")
RUN = re.compile(r"[^\W_]+")
LITTLE = "a an and as at by for from in into is its of on or the their to via with"
STOP = frozenset(LITTLE.split())
LONG = 5  # letters of another spelling, for words that begin with it
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


def pieces(
    text: str, also: Mapping[str, Sequence[str]] = MappingProxyType({}), *, unfinished: bool = True
) -> list[Piece]:
    """The words of `text`, each with what to MATCH for it, in any column; the last one may be `unfinished`.

    `IL-6` finds `IL-6` and `IL6`, and *hepatocytes* finds *hepatocyte*; little words count only where there are no
    others. `also` has further spellings of a word in lower case. Everything is quoted, so nothing a person types is
    read as an operator of FTS5. The table that is searched has a column `description`.
    """
    found = [runs for word in WORD.findall(spellings.together(text[:MOST_CHARACTERS])) if (runs := RUN.findall(word))]
    found = ([runs for runs in found if runs[0].lower() not in STOP or len(runs) > 1] or found)[:MOST_WORDS]
    where = "" if any(len("".join(runs)) >= TELLING for runs in found) else "- description : "
    return [
        Piece("".join(runs).lower(), where + _alternatives(runs, also, last=unfinished and runs is found[-1]))
        for runs in found
    ]


def _alternatives(runs: list[str], also: Mapping[str, Sequence[str]], *, last: bool) -> str:
    """`("il 6"* OR "il6"*)`: the pieces in a row, or the word written without what parts them, or otherwise.

    Only what was typed goes on whatever its length: *ER alpha* is `era` too, but not `erad`.
    """
    joined = "".join(runs).lower()
    written = []
    for spelling in spellings.of(runs):
        goes_on = last and len(joined) > 1 and (len(spelling) >= LONG or spelling.replace(" ", "").lower() == joined)
        written.append(f'"{spelling}"{"*" if goes_on else ""}')
    return "(" + " OR ".join([*written, *(f'"{name}"' for name in also.get(joined, ()))]) + ")"


def storable(text: str) -> str:
    """What was typed, without spaces around it, short, and safe to bind (half a surrogate pair is not)."""
    return text.strip()[:MOST_CHARACTERS].encode("utf-8", "ignore").decode()


def literally(text: str) -> str:
    r"""A text as a part of a pattern of LIKE whose ESCAPE is `\`."""
    return re.sub(r"([\\%_])", r"\\\1", text)
