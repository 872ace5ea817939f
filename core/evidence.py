"""Why this row: what a Key Event and a target have in common in words, meaning and genes, and where they are opposed.

Words are the same where their stems are. Texts come back in pieces, as they are shown, so that a page can mark them
without counting characters.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from core.embedding.tokens import words
from core.model import KeyEvent, Target
from core.recipe import DECREASES, INCREASES
from core.stems import WORD, read, stem, stems
from core.texts import beginning


class Direction(StrEnum):
    """Where a title says that things go."""

    INCREASE = "increase"
    DECREASE = "decrease"


class Mark(StrEnum):
    """What is said of a piece of text: nothing, a name of the other has a word of near meaning, both texts have the
    word, or its direction is against the other's."""

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

NEAR, MOST_NEAR = 0.35, 4
LONGEST_SENTENCE, BEFORE = 280, 60
LONGEST_TEXT = 600


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

    `near` gives words of the names that mean alike, the Key Event's and the target's, the nearest first; `opposed`
    says that the titles go opposite ways. `key_event_text` is the sentence of the Key Event's description that shares
    most with the target, `target_text` how the target's begins; both are empty where there is none.
    """

    near: tuple[tuple[str, str], ...]
    opposed: bool
    key_event_direction: Direction | None
    target_direction: Direction | None
    key_event_title: Marked
    key_event_text: Marked
    target_title: Marked
    target_text: Marked
    target_synonyms: tuple[Marked, ...]
    genes: Genes


_CUT = re.compile(rf"({WORD.pattern})")  # what is between words, a word, what is between, …
_JOINING = (" ", "-", "/")
_SENTENCE = re.compile(r"(?<=[.!?])(?<!\b(?:ex|cf|al|vs|eg|ie|.g|.e)\.)\s+(?=[A-Z\d(\[])|\n+")


def why(key_event: KeyEvent, target: Target, meaning: Meaning | None = None) -> Why:
    """What the two texts and the two gene sets have in common. Takes under a millisecond for texts of usual length.

    `meaning`, where the run's encoder knows single words, finds words of the names that differ and mean alike. Synonyms
    come with the telling ones first, else in their order.
    """
    titles, names = stems(key_event.title), stems(" ".join([target.title, *target.synonyms]))
    shared = frozenset((titles.keys() | stems(key_event.description)) & (names.keys() | stems(target.description)))
    near = _near(titles, names, meaning) if meaning else ()
    alike = frozenset(stem(word) for pair in near for word in pair)
    going, coming = direction(key_event.title), direction(target.title)
    opposed = going is not None and coming is not None and going is not coming
    against = INCREASES | DECREASES if opposed else frozenset[str]()
    synonyms = (marked(synonym, shared, near=alike) for synonym in target.synonyms)
    return Why(
        near=near,
        opposed=opposed,
        key_event_direction=going,
        target_direction=coming,
        key_event_title=marked(key_event.title, shared, against, alike),
        key_event_text=marked(_telling(key_event.description, shared), shared),
        target_title=marked(target.title, shared, against, alike),
        target_text=marked(_begun(target.description, LONGEST_TEXT), shared, near=alike),
        target_synonyms=tuple(sorted(synonyms, key=lambda pieces: not any(piece.mark for piece in pieces))),
        genes=compared(key_event.genes, target.genes),
    )


def direction(title: str) -> Direction | None:
    """Where a title says that things go; None where it says nothing, or both."""
    found = set(words(title))
    up, down = bool(found & INCREASES), bool(found & DECREASES)
    if up == down:
        return None
    return Direction.INCREASE if up else Direction.DECREASE


def marked(
    text: str,
    shared: frozenset[str],
    against: frozenset[str] = frozenset(),
    near: frozenset[str] = frozenset(),
) -> Marked:
    """The text in pieces: words that are in `against`, words whose stem is in `shared` or `near`, and the rest. Words
    of one mark that follow each other are one piece."""
    pieces: list[Piece] = []
    plain, *rest = _CUT.split(text)
    for word, after in zip(rest[::2], rest[1::2], strict=True):
        mark = _mark(word, shared, against, near)
        if not mark:
            plain += word + after
            continue
        if pieces and pieces[-1].mark is mark and plain in _JOINING:
            pieces[-1] = Piece(f"{pieces[-1].text}{plain}{word}", mark)
        else:
            pieces += [*([Piece(plain)] if plain else []), Piece(word, mark)]
        plain = after
    return (*pieces, Piece(plain)) if plain else tuple(pieces)


def compared(key_event: Iterable[str], target: Iterable[str]) -> Genes:
    """Two gene sets, by name: in both, in the Key Event's alone, in the target's alone."""
    asked, offered = dict.fromkeys(sorted(key_event)), dict.fromkeys(sorted(target))
    return Genes(
        tuple(gene for gene in asked if gene in offered),
        tuple(gene for gene in asked if gene not in offered),
        tuple(gene for gene in offered if gene not in asked),
    )


def _mark(word: str, shared: frozenset[str], against: frozenset[str], near: frozenset[str]) -> Mark:
    found = read(word)
    if against and not against.isdisjoint(found.words):
        return Mark.OPPOSED
    if not found.stems or shared.isdisjoint(found.stems):
        return Mark.NEAR if near and not near.isdisjoint(found.stems) else Mark.NONE
    return Mark.SHARED


def _near(titles: Mapping[str, str], names: Mapping[str, str], meaning: Meaning) -> tuple[tuple[str, str], ...]:
    """The words of a Key Event's title and of a target's names that differ and mean alike, the nearest first."""
    asked, offered = (
        [word for stem, word in one.items() if stem not in other] for one, other in ((titles, names), (names, titles))
    )
    if not asked or not offered:
        return ()
    cosines = meaning(asked) @ meaning(offered).T
    nearest = np.argsort(-cosines, axis=None, kind="stable")[:MOST_NEAR]
    places = zip(*np.unravel_index(nearest, cosines.shape), strict=True)
    return tuple((asked[row], offered[column]) for row, column in places if cosines[row, column] >= NEAR)


def _telling(text: str, shared: frozenset[str]) -> str:
    """The sentence that has most of the shared words, the first of equals; of a long one the part around the first of
    them. Empty where no sentence has any."""
    sentence, found = max(_sentences(text), key=lambda each: len(shared & each[1]), default=("", frozenset[str]()))
    if not shared & found:
        return ""
    pieces = marked(sentence, shared)
    first = 0 if pieces[0].mark else len(pieces[0].text)
    start = sentence.rfind(" ", 0, max(first - BEFORE, 0)) + 1 if len(sentence) > LONGEST_SENTENCE else 0
    return ("… " if start else "") + _begun(sentence[start:], LONGEST_SENTENCE)


@lru_cache(maxsize=8)
def _sentences(text: str) -> tuple[tuple[str, frozenset[str]], ...]:
    """The sentences of a text, each with its stems: a page compares one Key Event with many targets."""
    return tuple((each, frozenset(stems(each))) for each in _SENTENCE.split(text) if each)


def _begun(text: str, characters: int) -> str:
    """How a text begins; dots say that it goes on."""
    start = beginning(text, characters)
    return start if len(start) == len(text) else f"{start} …"
