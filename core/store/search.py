"""Full-text search as a person types it: any words become an FTS5 query that parses."""

import re

MOST_WORDS = 16
MOST_CHARACTERS = 200
WORD = re.compile(r"[^\s/,;|+&()]+")
RUN = re.compile(r"[^\W_]+")
TARGET_WEIGHTS = "20, 20, 8, 1, 4"  # accession, title, synonyms, description, genes: the columns of target_text


def match(text: str) -> str:
    """What to MATCH for the words of `text`; empty where there is no letter and no digit in it.

    Every word must be found, in any column; the last one may be unfinished. `IL-6` finds `IL-6` and `IL6`. Each piece
    is quoted, so nothing a person types is read as an operator of FTS5.
    """
    words = [RUN.findall(word) for word in WORD.findall(text[:MOST_CHARACTERS])]
    words = [runs for runs in words if runs][:MOST_WORDS]
    return " AND ".join(_alternatives(runs, last=runs is words[-1]) for runs in words)


def _alternatives(runs: list[str], *, last: bool) -> str:
    """`("il 6"* OR "il6"*)`: the pieces in a row, or the word written without what parts them."""
    ending = "*" if last else ""
    spellings = dict.fromkeys((" ".join(runs), "".join(runs)))
    return "(" + " OR ".join(f'"{spelling}"{ending}' for spelling in spellings) + ")"


def storable(text: str) -> str:
    """What was typed, without spaces around it, short, and safe to bind (half a surrogate pair is not)."""
    return text.strip()[:MOST_CHARACTERS].encode("utf-8", "ignore").decode()
