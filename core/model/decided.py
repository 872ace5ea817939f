"""What people decide, and what follows from it."""

from dataclasses import dataclass, field
from datetime import datetime

from core.model.catalogue import Pair
from core.model.kinds import Act, Relation, Role, Source, State, Tier
from core.model.people import Contributor


@dataclass(frozen=True, slots=True)
class Assessment:
    """Answers to one version of an instrument, with the score and tier that the server computed from them."""

    instrument: str
    version: str
    answers: dict[str, str] = field(hash=False)
    score: float
    tier: Tier


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a decision rests on: papers by PMID or DOI, and a sentence quoted from one."""

    pmids: tuple[str, ...] = ()
    dois: tuple[str, ...] = ()
    quote: str = ""

    def __bool__(self) -> bool:
        return bool(self.pmids or self.dois or self.quote)


@dataclass(frozen=True, slots=True)
class Suggested:
    """The machine's word on a pair at the moment of a decision, copied into it and never overwritten."""

    score: float
    rank: int
    run: str


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where an imported mapping comes from, as the file that brought it says.

    `state` is what it came as, proposed or approved; `origin` names the set; `tier` and `score` stand where the file
    gives them without answers and without a run of ours.
    """

    state: State
    origin: str
    author: Contributor = Contributor()
    at: datetime | None = None
    approver: Contributor = Contributor()
    approved_at: datetime | None = None
    tier: Tier | None = None
    score: float | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """One act of one person on one pair at one time; append-only.

    `version` is the version of the pair that the act made: the first act on a pair makes version 1. `undoes` is the
    id of the decision that an `undo` takes back; decisions of one `bulk` are undone as one. `role` is what the person
    acted as, None where that was not kept yet. Ids rise in the order of time over decisions and no-targets alike.
    """

    id: int
    uuid: str
    pair: Pair
    person: int
    act: Act
    version: int
    at: datetime
    relation: Relation | None = None
    assessment: Assessment | None = None
    suggested: Suggested | None = None
    note: str = ""
    evidence: Evidence = Evidence()
    retire: bool = False
    undoes: int | None = None
    bulk: str | None = None
    provenance: Provenance | None = None
    role: Role | None = None


@dataclass(frozen=True, slots=True)
class NoTarget:
    """One act of one person on (Key Event, a source or all): nothing fits. `source` None means all sources."""

    id: int
    uuid: str
    key_event: int
    source: Source | None
    person: int
    at: datetime
    note: str = ""
    undoes: int | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """A relation that its author stands for, and how sure they are; `retire` where a revision asks for its end.

    `suggested` is what the machine said then; `provenance` says who made a claim that a file brought.
    """

    author: int
    relation: Relation
    at: datetime
    assessment: Assessment | None = None
    retire: bool = False
    note: str = ""
    suggested: Suggested | None = None
    provenance: Provenance | None = None

    @property
    def tier(self) -> Tier | None:
        """That of the assessment, else the one that a file gave without answers."""
        if self.assessment:
            return self.assessment.tier
        return self.provenance.tier if self.provenance else None


@dataclass(frozen=True, slots=True)
class Mapping:
    """What the standing decisions say of a pair.

    `claim` waits for a reviewer (proposed, revision); `proposer` made the newest one, declined since or not; `approved`
    is in force (approved, revision). `person` is who brought the pair into its state. `version` counts every decision
    on the pair, undone ones and undos too, and is what the next decision must name as its base; `newest` is whose the
    newest standing one is. `confirmed` is the
    decision that approved or affirmed what is in force; `stale` is not in the decisions: it says that the catalogue has
    changed since that one (`core.recheck`).
    """

    pair: Pair
    version: int = 0
    newest: int | None = None
    state: State = State.OPEN
    person: int | None = None
    proposer: int | None = None
    at: datetime | None = None
    claim: Claim | None = None
    approved: Claim | None = None
    approver: int | None = None
    approved_at: datetime | None = None
    confirmed: int | None = None
    asked_back: bool = False
    stale: bool = False
