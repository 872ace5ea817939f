"""When a mapping that was approved must be looked at again: what its Key Event and target were then, and are now.

Pure functions. Stale is no state and no memory of imports: what was renamed, and is called as before again, is fresh.
"""

import re
from collections import Counter
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from typing import NamedTuple, TypeVar

from core.model import KeyEvent, Target

T = TypeVar("T", KeyEvent, Target)

NOTICEABLE = 0.2  # the share of words, or of genes, that may differ before somebody must look
WORD = re.compile(r"\w+(?:[-'.]\w+)*")
TOKEN = re.compile(r"\s*\S+")


class Kind(StrEnum):
    """How something changed."""

    RENAMED = "renamed"
    REWRITTEN = "text rewritten"
    GENES = "other genes"
    WITHDRAWN = "withdrawn"


class Piece(NamedTuple):
    """A stretch of text: `same` in both, `gone` from the earlier one, or `new` in the later one."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that changed of a Key Event or a target. `gained` and `lost` are genes, where these changed."""

    kind: Kind
    before: str = ""
    after: str = ""
    gained: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()

    @property
    def pieces(self) -> list[Piece]:
        """Both texts in one, word by word, so that the difference can be marked."""
        return pieces(self.before, self.after)


def changes(then: T, now: T) -> tuple[Change, ...]:
    """What is noticeably different now. Capitals, spaces and signs make no difference; withdrawn is a fault of now.

    A text counts as rewritten where more than a fifth of the words differ, genes where more than a fifth of those that
    there were came or went; both where there was nothing before.
    """
    found = []
    if now.withdrawn:
        found.append(Change(Kind.WITHDRAWN))
    if _words(then.title) != _words(now.title):
        found.append(Change(Kind.RENAMED, then.title, now.title))
    if _differ(Counter(_words(then.description)), Counter(_words(now.description))):
        found.append(Change(Kind.REWRITTEN, then.description, now.description))
    if _differ(Counter(then.genes), Counter(now.genes)):
        gained, lost = set(now.genes) - set(then.genes), set(then.genes) - set(now.genes)
        found.append(Change(Kind.GENES, gained=tuple(sorted(gained)), lost=tuple(sorted(lost))))
    return tuple(found)


def pieces(before: str, after: str) -> list[Piece]:
    """Both texts in one: what stayed, what is gone and what is new, in reading order."""
    old, new = TOKEN.findall(before), TOKEN.findall(after)
    found = []
    for act, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if act == "equal":
            found.append(Piece("same", "".join(new[k:m])))
            continue
        found += [Piece("gone", "".join(old[i:j]))] if i < j else []
        found += [Piece("new", "".join(new[k:m]))] if k < m else []
    return found


def _words(text: str) -> list[str]:
    return WORD.findall(text.casefold())


def _differ(then: Counter[str], now: Counter[str]) -> bool:
    return ((then - now) + (now - then)).total() > NOTICEABLE * then.total()
