"""Why this row: the words and genes that a Key Event and a target share, and where their directions are opposed.

Words are the same where their stems are (Porter's English stemmer). Texts come back in pieces, as they are shown, so
that a page can mark them without counting characters.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

import snowballstemmer

from core.embedding.tokens import words
from core.model import KeyEvent, Target
from core.recipe import COMMON_WORDS, DECREASES, DIRECTION_WORDS, INCREASES


class Direction(StrEnum):
    """Where a title says that things go."""

    INCREASE = "increase"
    DECREASE = "decrease"


class Mark(StrEnum):
    """What is said of a piece of text: nothing, both texts have the word, or its direction is against the other's."""

    NONE = ""
    SHARED = "shared"
    OPPOSED = "opposed"


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a text with its mark; the pieces of a text, joined, are the text."""

    text: str
    mark: Mark = Mark.NONE


Marked = tuple[Piece, ...]


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
    """What speaks for a pair. `words` are the shared ones as the Key Event writes them, in lower case, the title's
    first; `opposed` says that the titles go opposite ways."""

    words: tuple[str, ...]
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


def why(key_event: KeyEvent, target: Target) -> Why:
    """What the two texts and the two gene sets have in common. Takes under a millisecond for texts of usual length."""
    asked = {**stems(key_event.title), **stems(key_event.description)}
    offered = stems(" ".join([target.title, *target.synonyms, target.description])).keys()
    shared = frozenset(asked.keys() & offered)
    going, coming = direction(key_event.title), direction(target.title)
    opposed = going is not None and coming is not None and going is not coming
    against = _against(opposed)
    return Why(
        words=tuple(word for stem, word in {**stems(key_event.title), **asked}.items() if stem in shared),
        opposed=opposed,
        key_event_direction=going,
        target_direction=coming,
        key_event_title=marked(key_event.title, shared, against),
        key_event_description=marked(key_event.description, shared),
        target_title=marked(target.title, shared, against),
        target_description=marked(target.description, shared),
        target_synonyms=tuple(marked(synonym, shared) for synonym in target.synonyms),
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


def marked(text: str, shared: frozenset[str], against: frozenset[str] = frozenset()) -> Marked:
    """The text in pieces: words whose stem is in `shared`, words that are in `against`, and what lies between."""
    pieces: list[Piece] = []
    end = 0
    for match in _WORD.finditer(text):
        mark = _mark(match.group(), shared, against)
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


def _mark(word: str, shared: frozenset[str], against: frozenset[str]) -> Mark:
    read = _read(word)
    if not against.isdisjoint(read.words):
        return Mark.OPPOSED
    return Mark.SHARED if any(stem in shared for stem, _ in read.telling) else Mark.NONE


def _against(opposed: bool) -> frozenset[str]:
    return INCREASES | DECREASES if opposed else frozenset()


@dataclass(frozen=True, slots=True)
class _Read:
    """A word as it stands in a text: the words it is read as ("TNFα" is two), and stem and word of those that tell."""

    words: tuple[str, ...]
    telling: tuple[tuple[str, str], ...]


@lru_cache(maxsize=100_000)
def _read(word: str) -> _Read:
    found = tuple(words(word))
    telling = (each for each in found if len(each) > 1 and each not in COMMON_WORDS and each not in DIRECTION_WORDS)
    return _Read(found, tuple((_stemmer.stemWord(each), each) for each in telling))
