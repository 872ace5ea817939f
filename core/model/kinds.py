"""Kinds: closed lists of words, as the database and the pages write them."""

from enum import IntEnum, StrEnum


class Source(StrEnum):
    """Where targets come from. A value, never a class, a table, a route or a template of its own."""

    WIKIPATHWAYS = "wikipathways"
    GO = "go"
    REACTOME = "reactome"


class GeneNames(StrEnum):
    """By which names a file of gene sets calls genes: their symbols, or their ids at NCBI Gene."""

    SYMBOLS = "symbols"
    NCBI = "ncbi"


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
