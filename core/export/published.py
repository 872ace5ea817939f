"""What the exports and the API write: values that say all of one mapping, suggestion or no-target."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from math import log2
from typing import NamedTuple

from core.instruments import connection
from core.model import Assessment, Contributor, Level, Relation, Source, TargetKey, Tier

NOBODY = Contributor()
STALE = "Stale: the Key Event or the target has changed since this was approved."


class Published(NamedTuple):
    """A mapping in force, as every format writes it; a tuple, because a file takes a hundred thousand of them.

    `aops` are labels (`AOP 38`), by number. `genes` counts those of the target, `of` those of all targets of its
    source; `depth` is its distance from the root, where the catalogue knows it. `tier` stands without an assessment
    where an import brought it alone. `score` is what the machine displayed when it was proposed. Times are texts as the
    database has them, ISO 8601 in UTC: formats cut off what they do not want.
    """

    uuid: str
    key_event: int
    key_event_title: str
    level: Level | None
    aops: tuple[str, ...]
    target: TargetKey
    title: str
    description: str
    genes: int
    of: int
    depth: int | None
    relation: Relation
    assessment: Assessment | None
    tier: Tier | None
    score: float | None
    note: str
    author: Contributor
    proposed_at: str
    approver: Contributor
    approved_at: str
    stale: bool
    changed_at: str

    @property
    def label(self) -> str:
        """The Key Event's id as AOP-Wiki writes it: `KE 149`."""
        return f"KE {self.key_event}"

    @property
    def information(self) -> float | None:
        """The target's information content among the genes of its source; None: no gene is known of it."""
        return round(log2(self.of / self.genes), 2) if self.genes else None

    @property
    def connection(self) -> str | None:
        """The type of connection that the assessment states, if there is one."""
        return connection(self.assessment) if self.assessment else None

    @property
    def comment(self) -> str:
        """The note; before it, of a stale mapping, that its verdict is of an earlier state."""
        return " ".join(filter(None, (STALE if self.stale else "", self.note)))


@dataclass(frozen=True, slots=True)
class Retired:
    """A mapping that was in force once and is not any more."""

    uuid: str
    key_event: int
    target: TargetKey
    ended_at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class GeneSet:
    """A Key Event, one of its targets, and that target's symbols, by name."""

    key_event: int
    key_event_title: str
    target: TargetKey
    title: str
    symbols: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What a file of gene sets lacks: mapped targets (with their titles) of which no gene can be named in it, and the
    symbols of genes that have no id, where it has ids."""

    targets: tuple[tuple[TargetKey, str], ...] = ()
    genes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Statement:
    """One row of an SSSOM file, whichever of its four kinds: `target` None where no term was found. Times are texts
    that begin with the day, in UTC.

    `relation` is the predicate; `negative` says that it does not hold. A suggestion has `similarity`, the run as
    `tool`, and no author.
    """

    record: str
    key_event: int
    key_event_title: str
    source: Source
    relation: Relation
    target: TargetKey | None = None
    title: str = ""
    negative: bool = False
    author: Contributor = NOBODY
    at: str = ""
    reviewer: Contributor = NOBODY
    reviewed_at: str = ""
    assessment: Assessment | None = None
    tier: Tier | None = None
    similarity: float | None = None
    tool: str = ""
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Credit:
    """How many mappings in force somebody proposed and approved."""

    contributor: Contributor
    proposed: int
    approved: int


@dataclass(frozen=True, slots=True)
class Edition:
    """What a file says of itself: where its records live, which state of the data it shows, under which licence.

    `home` is the address of the site; `version` a release's name or a revision; `sources` gives the release of each
    source (and AOP-Wiki) that the data is made of.
    """

    home: str
    version: str
    licence: str
    sources: Mapping[str, str]

    def record(self, uuid: str) -> str:
        """The address of a mapping's own page."""
        return f"{self.home}/mappings/{uuid}"


def statement(mapping: Published) -> Statement:
    """A mapping in force as SSSOM has it."""
    return Statement(
        record=mapping.uuid,
        key_event=mapping.key_event,
        key_event_title=mapping.key_event_title,
        source=mapping.target.source,
        relation=mapping.relation,
        target=mapping.target,
        title=mapping.title,
        author=mapping.author,
        at=mapping.proposed_at,
        reviewer=mapping.approver,
        reviewed_at=mapping.approved_at,
        assessment=mapping.assessment,
        tier=mapping.tier,
        comment=mapping.comment,
    )
