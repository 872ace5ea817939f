"""Why this row: the words and genes that a Key Event and a target share, and where their directions are opposed.

Words are the same where their stems are (Porter's English stemmer). Texts come back in pieces, as they are shown, so
that a page can mark them without counting characters.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import snowballstemmer

from core.embedding.tokens import words
from core.model import KeyEvent, Target
from core.recipe import COMMON_WORDS, DECREASES, DIRECTION_WORDS, INCREASES


class Direction(StrEnum):
    """Where a title says that things go."""

    INCREASE = "increase"
    DECREASE = "decrease"


class Mark(StrEnum):
    """What is said of a piece of text: nothing, both texts have the word, a title of the other has one of near meaning,
    or its direction is against the other's."""

    NONE = ""
    NEAR = "near"
    SHARED = "shared"
    OPPOSED = "opposed"


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a text with its mark; the pieces of a text, joined, are the text."""

    text: str
    mark: Mark = Mark.NONE


Marked = tuple[Piece, ...]
Meaning = Callable[[Sequence[str]], npt.NDArray[np.float32]]

NEAR = 0.4


@dataclass(frozen=True, slots=True)
class Genes:
    """The genes of a Key Event and of a target, each list by name."""

    shared: tuple[str, ...]
    only_key_event: tuple[str, ...]
    only_target: tuple[str, ...]

    @property
    def key_event(self) -> int:
        """How many genes the Key Event has."""
        return len(self.shared) + len(self.only_key_event)

    @property
    def target(self) -> int:
        """How many genes the target has: the size of its set."""
        return len(self.shared) + len(self.only_target)


@dataclass(frozen=True, slots=True)
class Why:
    """What speaks for a pair.

    `words` are the shared ones as the Key Event writes them, in lower case, the title first; `near` gives words of the
    titles that mean alike, the Key Event's and the target's; `opposed` says that the titles go opposite ways.
    """

    words: tuple[str, ...]
    near: tuple[tuple[str, str], ...]
    opposed: bool
    key_event_direction: Direction | None
    target_direction: Direction | None
    key_event_title: Marked
    key_event_description: Marked
    target_title: Marked
    target_description: Marked
    target_synonyms: tuple[Marked, ...]
    genes: Genes


_WORD = re.compile(r"[^\W_]+")
_stemmer = snowballstemmer.stemmer("english")


def why(key_event: KeyEvent, target: Target, meaning: Meaning | None = None) -> Why:
    """What the two texts and the two gene sets have in common. Takes under a millisecond for texts of usual length.

    `meaning`, where the run's encoder knows single words, finds words of the titles that differ and mean alike.
    """
    asked = {**stems(key_event.title), **stems(key_event.description)}
    offered = stems(" ".join([target.title, *target.synonyms, target.description])).keys()
    shared = frozenset(asked.keys() & offered)
    going, coming = direction(key_event.title), direction(target.title)
    opposed = going is not None and coming is not None and going is not coming
    against = _against(opposed)
    near = _near(key_event.title, " ".join([target.title, *target.synonyms]), shared, meaning) if meaning else {}
    alike = frozenset(_stem(word) for pair in near.items() for word in pair)
    return Why(
        words=tuple(word for stem, word in {**stems(key_event.title), **asked}.items() if stem in shared),
        near=tuple(near.items()),
        opposed=opposed,
        key_event_direction=going,
        target_direction=coming,
        key_event_title=marked(key_event.title, shared, against, alike),
        key_event_description=marked(key_event.description, shared),
        target_title=marked(target.title, shared, against, alike),
        target_description=marked(target.description, shared),
        target_synonyms=tuple(marked(synonym, shared, near=alike) for synonym in target.synonyms),
        genes=compared(key_event.genes, target.genes),
    )


def direction(title: str) -> Direction | None:
    """Where a title says that things go; None where it says nothing, or both."""
    found = set(words(title))
    up, down = bool(found & INCREASES), bool(found & DECREASES)
    if up == down:
        return None
    return Direction.INCREASE if up else Direction.DECREASE


def stems(text: str) -> dict[str, str]:
    """The stems of a text's telling words with the first word of each, in the order of the text. Common words, words
    of direction and single characters tell nothing."""
    found: dict[str, str] = {}
    for match in _WORD.finditer(text):
        for stem, word in _read(match.group()).telling:
            found.setdefault(stem, word)
    return found


def marked(
    text: str,
    shared: frozenset[str],
    against: frozenset[str] = frozenset(),
    near: frozenset[str] = frozenset(),
) -> Marked:
    """The text in pieces: words that are in `against`, words whose stem is in `shared` or `near`, and the rest."""
    pieces: list[Piece] = []
    end = 0
    for match in _WORD.finditer(text):
        mark = _mark(match.group(), shared, against, near)
        if mark:
            if match.start() > end:
                pieces.append(Piece(text[end : match.start()]))
            pieces.append(Piece(match.group(), mark))
            end = match.end()
    return (*pieces, Piece(text[end:])) if end < len(text) else tuple(pieces)


def compared(key_event: Iterable[str], target: Iterable[str]) -> Genes:
    """Two gene sets, by name: in both, in the Key Event's alone, in the target's alone."""
    asked, offered = frozenset(key_event), frozenset(target)
    return Genes(*(tuple(sorted(genes)) for genes in (asked & offered, asked - offered, offered - asked)))


def _mark(word: str, shared: frozenset[str], against: frozenset[str], near: frozenset[str]) -> Mark:
    read = _read(word)
    if not against.isdisjoint(read.words):
        return Mark.OPPOSED
    if any(stem in shared for stem, _ in read.telling):
        return Mark.SHARED
    return Mark.NEAR if any(stem in near for stem, _ in read.telling) else Mark.NONE


def _near(asked: str, offered: str, shared: frozenset[str], meaning: Meaning) -> dict[str, str]:
    """Each word of `asked` that is not shared with the word of `offered` whose meaning is nearest, where it is near."""
    left, right = ([word for stem, word in stems(text).items() if stem not in shared] for text in (asked, offered))
    if not left or not right:
        return {}
    cosines = meaning(left) @ meaning(right).T
    nearest = cosines.argmax(axis=1)
    return {word: right[at] for word, at, row in zip(left, nearest, cosines, strict=True) if row[at] >= NEAR}


def _against(opposed: bool) -> frozenset[str]:
    return INCREASES | DECREASES if opposed else frozenset()


@dataclass(frozen=True, slots=True)
class _Read:
    """A word as it stands in a text: the words it is read as ("TNFα" is two), and stem and word of those that tell."""

    words: tuple[str, ...]
    telling: tuple[tuple[str, str], ...]


def _stem(word: str) -> str:
    stem: str = _stemmer.stemWord(word)
    return stem


@lru_cache(maxsize=100_000)
def _read(word: str) -> _Read:
    found = tuple(words(word))
    telling = (each for each in found if len(each) > 1 and each not in COMMON_WORDS and each not in DIRECTION_WORDS)
    return _Read(found, tuple((_stem(each), each) for each in telling))
