"""The words of Keyway: plain values that every other module speaks in.

Nothing here reads, writes or decides. A word that is not in this file (or in `docs/house.md`) is not a word of
Keyway: a Key Event is never an "event node", a target never a "candidate", a mapping never a "link".
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import NamedTuple


class Source(StrEnum):
    """Where targets come from. A value, never a class, a table, a route or a template of its own."""

    WIKIPATHWAYS = "wikipathways"
    GO = "go"
    REACTOME = "reactome"


class Level(StrEnum):
    """Level of biological organisation of a Key Event, as AOP-Wiki spells it."""

    MOLECULAR = "Molecular"
    CELLULAR = "Cellular"
    TISSUE = "Tissue"
    ORGAN = "Organ"
    INDIVIDUAL = "Individual"
    POPULATION = "Population"


class AopRole(StrEnum):
    """What a Key Event is in one AOP: molecular initiating event, key event, adverse outcome."""

    MIE = "MIE"
    KE = "KE"
    AO = "AO"


class Role(IntEnum):
    """What a person may do. Roles nest: an admin may all that a reviewer may, a reviewer all that a curator may."""

    CURATOR = 1
    REVIEWER = 2
    ADMIN = 3

    @property
    def word(self) -> str:
        """The role as people and the database write it: `curator`."""
        return self.name.lower()


class Act(StrEnum):
    """What one person did to one pair at one time."""

    PROPOSE = "propose"
    ASSESS = "assess"
    ANNOTATE = "annotate"
    REJECT = "reject"
    UNSURE = "unsure"
    APPROVE = "approve"
    DECLINE = "decline"
    ASK_BACK = "ask-back"
    REVISE = "revise"
    AFFIRM = "affirm"
    RETIRE = "retire"
    IMPORT = "import"
    UNDO = "undo"


class State(StrEnum):
    """What the standing decisions say of a pair."""

    OPEN = "open"
    PROPOSED = "proposed"
    APPROVED = "approved"
    REVISION = "revision"
    REJECTED = "rejected"
    UNSURE = "unsure"
    DECLINED = "declined"
    RETIRED = "retired"


class Progress(StrEnum):
    """How far a Key Event is: nothing decided, something, or every source answered."""

    OPEN = "open"
    IN_PROGRESS = "in-progress"
    DONE = "done"


class Relation(StrEnum):
    """How the *target* relates to the Key Event (SKOS: relatedMatch, broadMatch, narrowMatch, exactMatch)."""

    RELATED = "related"
    BROADER = "broader"
    NARROWER = "narrower"
    EQUIVALENT = "equivalent"


class Tier(StrEnum):
    """Confidence in a mapping, computed from the answers to an instrument."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


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
class Person:
    """Somebody who has signed in. `role` is None for a stranger (signed in, no role).

    `admitted_by` is the label of the access code that made them curator, empty where an admin did; `orcid` is theirs to
    link, for credit. `asked_back` counts the claims of theirs that a reviewer has asked back, where a visit read it.
    """

    id: int
    login: str
    name: str
    role: Role | None
    enabled: bool = True
    asked_for_role_at: datetime | None = None
    settings: dict[str, object] = field(default_factory=dict, hash=False)
    asked_back: int = 0
    orcid: str = ""
    admitted_by: str = ""

    def may(self, role: Role) -> bool:
        """Whether this person, at this moment, holds at least `role`."""
        return self.enabled and self.role is not None and self.role >= role


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
class Contributor:
    """Somebody who is credited for a mapping: one of our people, or who a file that was imported names."""

    login: str = ""
    name: str = ""
    orcid: str = ""

    @property
    def curie(self) -> str:
        """How linked data names them: `orcid:0000-…` where linked, else `github:login`; empty for nobody."""
        return f"orcid:{self.orcid}" if self.orcid else f"github:{self.login}" if self.login else ""

    @property
    def label(self) -> str:
        """What to call them: name, login or ORCID, the first that is known."""
        return self.name or self.login or self.orcid


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
    id of the decision that an `undo` takes back; decisions of one `bulk` are undone as one. Ids rise in the order of
    time over decisions and no-targets alike.
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
