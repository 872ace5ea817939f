"""What clients were told, held against what the database has: the same checker for real runs and for its own tests."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

SAVED, TOO_LATE = 200, 409


@dataclass(frozen=True, slots=True)
class Told:
    """What one client was told of one press: the pair, who pressed what, and the status of the answer."""

    pair: str
    person: str
    act: str
    status: int


@dataclass(frozen=True, slots=True)
class Kept:
    """One decision in the database."""

    pair: str
    person: str
    act: str


def wrong(told: Collection[Told], kept: Iterable[Kept], log: str = "") -> list[str]:
    """What must not be: pressed at the same moment on one state, one is saved and all others are told that they were
    too late; what was saved is there once, as it was pressed, and nothing else is. Empty where all is well."""
    found = Counter(kept)
    return [
        *_of_pairs(told, found),
        *(f"there, but nobody was told so: {each}" for each in found if Told(*_as_saved(each)) not in told),
        *(f"in the log: {words}" for words in ("database is locked", "Traceback") if words in log),
    ]


def _of_pairs(told: Collection[Told], found: Mapping[Kept, int]) -> Iterable[str]:
    by_pair: dict[str, list[Told]] = {}
    for each in told:
        by_pair.setdefault(each.pair, []).append(each)
    for pair, answers in by_pair.items():
        statuses = sorted(each.status for each in answers)
        if statuses != [SAVED] + [TOO_LATE] * (len(answers) - 1):
            yield f"{pair} was answered with {statuses}"
        for each in answers:
            times = found.get(Kept(each.pair, each.person, each.act), 0)
            if each.status == SAVED and times != 1:
                yield f"{each} is there {times} times"


def _as_saved(kept: Kept) -> tuple[str, str, str, int]:
    return kept.pair, kept.person, kept.act, SAVED
