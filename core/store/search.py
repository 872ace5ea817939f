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
SHORT = {"interleukin": "il"}
GREEK = {"alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "kappa": "κ"}
SPELT = str.maketrans({letter: name for name, letter in GREEK.items()})
# A name and its number or letter, written as two words: IL 6, KE 149, PPAR alpha
APART = re.compile(
    r"\b(?:([A-Za-z]{2,5}|interleukin) ([0-9]{1,5})"
    rf"|(er|err|hif|ifn|lxr|ppar|rar|ror|rxr|tgf|tnf) ({'|'.join(GREEK)}|[{''.join(GREEK.values())}]))\b",
    re.IGNORECASE,
)
LETTERED = re.compile(rf"([a-z0-9]+?)({'|'.join(GREEK)})([a-z0-9]*)")
KAPPA = re.compile(r"(nf|i)kb")
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


def pieces(
    text: str, also: Mapping[str, Sequence[str]] = MappingProxyType({}), *, unfinished: bool = True
) -> list[Piece]:
    """The words of `text`, each with what to MATCH for it, in any column; the last one may be `unfinished`.

    `IL-6` finds `IL-6` and `IL6`, and *hepatocytes* finds *hepatocyte*; little words count only where there are no
    others. `also` has further spellings of a word in lower case. Everything is quoted, so nothing a person types is
    read as an operator of FTS5. The table that is searched has a column `description`.
    """
    joined = APART.sub(lambda found: found[0].replace(" ", "-"), text[:MOST_CHARACTERS])
    found = [runs for word in WORD.findall(joined) if (runs := RUN.findall(word))]
    found = ([runs for runs in found if runs[0].lower() not in STOP or len(runs) > 1] or found)[:MOST_WORDS]
    where = "" if any(len("".join(runs)) >= TELLING for runs in found) else "- description : "
    return [
        Piece("".join(runs).lower(), where + _alternatives(runs, also, last=unfinished and runs is found[-1]))
        for runs in found
    ]


def symbol(word: str) -> str:
    """How a gene of that name is written, as far as rules tell: `il6` for interleukin6, `ppara` for pparα."""
    numbered = NUMBERED.fullmatch(word)
    if numbered and numbered[1] in SHORT:
        return f"{SHORT[numbered[1]]}{numbered[2]}"
    lettered = LETTERED.fullmatch(word.translate(SPELT))
    return f"{lettered[1]}{lettered[2][0]}{lettered[3]}" if lettered else word


def _alternatives(runs: list[str], also: Mapping[str, Sequence[str]], *, last: bool) -> str:
    """`("il 6"* OR "il6"*)`: the pieces in a row, or the word written without what parts them, or otherwise."""
    ending = "*" if last and len("".join(runs)) > 1 else ""
    joined = "".join(runs).lower()
    forms = _forms(joined) if len(runs) == 1 else ()
    spellings = dict.fromkeys((" ".join(runs), joined, *_names(joined), *_lettered(joined), *forms))
    written = [f'"{spelling}"{ending}' for spelling in spellings]
    return "(" + " OR ".join([*written, *(f'"{name}"' for name in also.get(joined, ()))]) + ")"


def _names(word: str) -> Iterator[str]:
    """`il6` as `il 6` and as `interleukin 6`, and the other way round."""
    numbered = NUMBERED.fullmatch(word)
    letters, number = numbered.groups() if numbered else (word, "")
    if number:
        yield f"{letters} {number}"
    if letters in WRITTEN_OUT:
        yield f"{WRITTEN_OUT[letters]} {number}".rstrip()
    if letters in SHORT:
        yield from (f"{SHORT[letters]} {number}".rstrip(), f"{SHORT[letters]}{number}")


def _lettered(word: str) -> Iterator[str]:
    """`tgfbeta` as `tgf beta`, `tgf β`, `tgfβ` and `tgfb`; `nfkb` as `nf kappab` and so on."""
    found = LETTERED.fullmatch(KAPPA.sub(r"\1kappab", word.translate(SPELT)))
    if found:
        name, letter, rest = found.groups()
        for written in (letter, GREEK[letter], letter[0]):
            yield from (f"{name} {written}{rest}", f"{name}{written}{rest}")
            yield from (f"{name} {written} {rest}", f"{name}{written} {rest}") if rest else ()


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


def literally(text: str) -> str:
    r"""A text as a part of a pattern of LIKE whose ESCAPE is `\`."""
    return re.sub(r"([\\%_])", r"\\\1", text)
