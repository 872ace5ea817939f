"""How well Key Events can be measured: what is mapped, source by source, and where the gaps are. Pure."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from core.model import AopRole, Level, Source


class Cover(StrEnum):
    """What one source has for a Key Event: the best that is known."""

    APPROVED = "approved"
    PROPOSED = "proposed"
    NOTHING = "nothing fits"
    GAP = "gap"


_ORDER: dict[Cover, int] = {cover: place for place, cover in enumerate(Cover)}
Covers = Mapping[Source, Cover]  # what every source has for one Key Event


@dataclass(frozen=True, slots=True)
class Event:
    """A Key Event of an AOP, with what each source has for it; `approved` and `proposed` count mappings by source."""

    id: int
    title: str
    level: Level | None
    role: AopRole | None
    withdrawn: bool
    approved: Mapping[Source, int]
    proposed: Mapping[Source, int]
    nothing: frozenset[Source]

    def cover(self, source: Source) -> Cover:
        """What this source has for it."""
        if self.approved.get(source):
            return Cover.APPROVED
        if self.proposed.get(source):
            return Cover.PROPOSED
        return Cover.NOTHING if source in self.nothing else Cover.GAP

    @property
    def covers(self) -> dict[Source, Cover]:
        """What every source has for it."""
        return {source: self.cover(source) for source in Source}

    @property
    def gaps(self) -> int:
        """In how many sources nothing has been decided."""
        return sum(cover is Cover.GAP for cover in self.covers.values())

    @property
    def best(self) -> Cover:
        """The best that any source has: what a reader of the AOP can count on."""
        return best(self.covers)


@dataclass(frozen=True, slots=True)
class Tally:
    """How many Key Events have an approved mapping, a proposed one at best, none because nothing fits, and nothing."""

    approved: int
    proposed: int
    nothing: int
    gaps: int

    @property
    def total(self) -> int:
        """All of them."""
        return self.approved + self.proposed + self.nothing + self.gaps

    @property
    def parts(self) -> dict[Cover, int]:
        """The same by cover, the best first."""
        return dict(zip(Cover, (self.approved, self.proposed, self.nothing, self.gaps), strict=True))

    @property
    def share(self) -> float:
        """Which part of them has an approved mapping, from 0 to 1; 0 of none."""
        return self.approved / self.total if self.total else 0.0


def best(covers: Covers) -> Cover:
    """The best that any source has for a Key Event."""
    return min(covers.values(), key=_ORDER.__getitem__)


def tally(covers: Iterable[Cover]) -> Tally:
    """Count Key Events by what there is for them."""
    found = list(covers)
    return Tally(*map(found.count, Cover))


def by_source(key_events: Collection[Covers]) -> dict[Source | None, Tally]:
    """How many Key Events each source has something for; None, the first: by the best that any of them has."""
    whole: dict[Source | None, Tally] = {None: tally(map(best, key_events))}
    return whole | {source: tally(covers[source] for covers in key_events) for source in Source}


def gaps_first(events: Iterable[Event]) -> list[Event]:
    """The events with the most gaps first; then those where less is approved; then by level and number."""
    order = [*Level, None]
    return sorted(
        events,
        key=lambda event: (
            -_ORDER[event.best], -event.gaps, order.index(event.level), event.id
        ),
    )  # fmt: skip


def rank(level: Level | None) -> int:
    """The place of a level from molecule (0) to population; without one, below all."""
    return [*Level, None].index(level)
