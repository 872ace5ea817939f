"""What the catalogue holds, and what a run makes of it."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from core.model.kinds import AopRole, Level, Source


class TargetKey(NamedTuple):
    """Names one target: `wikipathways:WP408`, `go:GO:0072593`."""

    source: Source
    accession: str

    def __str__(self) -> str:
        return f"{self.source}:{self.accession}"

    @classmethod
    def parse(cls, text: str) -> "TargetKey":
        """Read `source:accession`. Raises ValueError where the source is unknown or the accession is empty."""
        source, _, accession = text.partition(":")
        if not accession:
            raise ValueError(f"{text!r} is not of the form source:accession")
        return cls(Source(source), accession)


class Pair(NamedTuple):
    """(Key Event, source, target): the natural key of suggestions, decisions and mappings."""

    key_event: int
    target: TargetKey


@dataclass(frozen=True, slots=True)
class KeyEvent:
    """An AOP-Wiki key event. `id` is its number: 149 for `KE 149`."""

    id: int
    title: str
    description: str = ""
    level: Level | None = None
    withdrawn: bool = False
    genes: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """The id as AOP-Wiki writes it: `KE 149`."""
        return f"KE {self.id}"


@dataclass(frozen=True, slots=True)
class Aop:
    """An Adverse Outcome Pathway. `id` is its number: 38 for `AOP 38`."""

    id: int
    title: str
    oecd_status: str | None = None

    @property
    def label(self) -> str:
        """The id as AOP-Wiki writes it: `AOP 38`."""
        return f"AOP {self.id}"


@dataclass(frozen=True, slots=True)
class Membership:
    """One Key Event's place in one AOP."""

    key_event: int
    aop: Aop
    role: AopRole | None = None


@dataclass(frozen=True, slots=True)
class Relationship:
    """One arrow of an AOP: the upstream Key Event leads to the downstream one."""

    aop: int
    upstream: int
    downstream: int


@dataclass(frozen=True, slots=True)
class Target:
    """One pathway or process of a source."""

    source: Source
    accession: str
    title: str
    description: str = ""
    synonyms: tuple[str, ...] = ()
    genes: tuple[str, ...] = ()
    withdrawn: bool = False

    @property
    def key(self) -> TargetKey:
        """What names this target everywhere outside its source: `wikipathways:WP408`."""
        return TargetKey(self.source, self.accession)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A target that a run suggests for a Key Event, with its place and the parts of its score.

    `rank` counts from 1 within the target's source; `score` is the displayed one, in [0, 1].
    """

    target: TargetKey
    rank: int
    score: float
    parts: dict[str, float] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One import of one source (or of AOP-Wiki): what came, from which release, and what it changed.

    `genes` counts the different genes that all of it has together.
    """

    id: int
    of: str
    release: str
    imported_at: datetime
    sha256: str
    total: int
    added: int
    changed: int
    withdrawn: int
    genes: int = 0
