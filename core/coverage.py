"""How well the Key Events of an AOP can be measured: what is mapped, source by source, and where the gaps are. Pure."""

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
        return min(self.covers.values(), key=list(Cover).index)


@dataclass(frozen=True, slots=True)
class Tally:
    """The finding of an AOP's page: how many Key Events have an approved mapping, a proposed one at best, none."""

    approved: int
    proposed: int
    nothing: int
    gaps: int

    @property
    def total(self) -> int:
        """All Key Events of the AOP."""
        return self.approved + self.proposed + self.nothing + self.gaps


def tally(events: Collection[Event]) -> Tally:
    """Count the events of an AOP by the best that any source has for them."""
    best = [event.best for event in events]
    return Tally(*(best.count(cover) for cover in Cover))


def gaps_first(events: Iterable[Event]) -> list[Event]:
    """The events with the most gaps first; then those where less is approved; then by level and number."""
    order = [*Level, None]
    return sorted(
        events,
        key=lambda event: (
            -list(Cover).index(event.best), -event.gaps, order.index(event.level), event.id
        ),
    )  # fmt: skip


def rank(level: Level | None) -> int:
    """The place of a level from molecule (0) to population; without one, below all."""
    return [*Level, None].index(level)
