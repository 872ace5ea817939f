"""The shapes of the API: what is answered and what is sent, field by field, as JSON Schema."""

from core.citations import MOST as MOST_PAPERS
from core.instruments import CURRENT
from core.model import Act, Level, Relation, Source, State, Tier
from core.programs import ACTS
from core.review import MOST_WORDS
from core.sources import SPECS, Fact, Spec
from web.api.schemas import (
    ADDRESS,
    DAY,
    DIGEST,
    EXAMPLE,
    FILLED,
    NUMBER,
    PLAIN,
    TARGET,
    TEXT,
    TIME,
    UUID,
    Schema,
    about,
    nullable,
    one_of,
    reference,
    thing,
)
from web.forms import MOST_KEY

FLAG: Schema = {"type": "boolean"}
COUNT: Schema = {"type": "integer", "minimum": 0}
PMID_FORM = "(PMID:)?[1-9][0-9]{0,8}"
DOI_FORM = r"(doi:|https://doi\.org/)?10\.[0-9]{4,9}/[^\s\"<>,;]+"
KEY_EVENT: Schema = about({"type": "string", "pattern": r"^KE \d+$"}, "The Key Event: KE 149.")
AOP: Schema = {"type": "string", "pattern": r"^AOP \d+$"}
ORIGIN = "Where the target comes from."
SOURCE: Schema = about(one_of(Source), ORIGIN)
RELATION: Schema = about(one_of(Relation), "How the target relates to the Key Event: broader than it, say.")
NAME: Schema = about(UUID, "The mapping's name, for ever; its page is /mappings/ and this.")
FACTS: dict[Fact, Schema] = {
    Fact.DESCRIPTION: about(TEXT, "What the source says of the target."),
    Fact.GENES: about({"type": "integer"}, "How many genes the target has."),
    Fact.DIRECTION: about(
        nullable({"type": "string", "enum": ["positive", "negative"]}), "Of a regulation, where the title names it."
    ),
    Fact.INFORMATION: about(
        nullable({"type": "number"}), "Information content: log2 of all genes of the source by those of the target."
    ),
    Fact.DEPTH: about(
        nullable({"type": "integer"}), "Steps from the root by the longest way, where the catalogue knows parents."
    ),
}


def shapes() -> dict[str, Schema]:
    """Every named shape."""
    of_source = {schema_name(spec): mapping(spec) for spec in SPECS.values()}
    return {
        **of_source,
        "AnyMapping": {"oneOf": [reference(name) for name in of_source]},
        "Retired": retired(),
        "Aop": aop(),
        "Release": release(),
        "Pagination": pagination(),
        "Pair": thing(_pair()),
        "NewDecision": new_decision(),
        "Decided": decided(),
        "Error": error(),
    }


def schema_name(spec: Spec) -> str:
    """`WikiPathwaysMapping`."""
    return f"{spec.label.replace(' ', '')}Mapping"


def mapping(spec: Spec) -> Schema:
    """A mapping to a target of one source, as `core.export.fields.item` writes it."""
    contract = spec.contract
    target: Schema = {"type": "string", "pattern": f"^{spec.accession.pattern}$"}
    connection = about(nullable(TEXT), "The assessment's first answer, in the words of the field's tools.")
    return thing(
        {
            "uuid": NAME,
            "ke_id": KEY_EVENT,
            "ke_name": about(TEXT, "Its title."),
            contract.id: about(target, f"The target: {spec.example}."),
            contract.title: about(TEXT, "Its title."),
            "confidence_level": about(nullable(one_of(Tier)), "What the assessment gives; null without one."),
            **({"connection_type": connection} if contract.connection else {}),
            "ke_aop_context": about({"type": "array", "items": AOP}, "The AOPs that the Key Event is part of."),
            "ke_bio_level": about(nullable(one_of(Level)), "The Key Event's level of organisation."),
            **{name: _fact(fact) for name, fact in contract.columns},
            "assessment": _assessment(spec),
            "provenance": _provenance(),
            "source": about({"type": "string", "const": spec.source}, ORIGIN),
            "relation": RELATION,
            "stale": about(FLAG, "The Key Event or the target has changed since this was last confirmed."),
            "updated_at": about(TIME, "When curators last changed it; a new catalogue does not."),
        }
    )


def _fact(fact: Fact | str) -> Schema:
    """What a source's own column holds: a fact, or a text that is the same for all its targets."""
    if isinstance(fact, Fact):
        return FACTS[fact]
    return about({"type": "string", "const": fact}, "The same for every target of this source.")


def _assessment(spec: Spec) -> Schema:
    answers = {
        question.word: nullable({"type": "string", "enum": [answer.word for answer in question.answers]})
        for question in CURRENT[spec.instrument].questions
    }
    version = about(nullable(TEXT), "Of the instrument.")
    score = about(nullable({"type": "number"}), "The points that the answers give, with the bonus for the level.")
    said = thing({**answers, "version": version, "score": score})
    return about(said, "The answers to the questions of the instrument; all null without an assessment.")


def _provenance() -> Schema:
    said = thing(
        {
            "suggestion_score": about(
                nullable({"type": "number"}), "How well the machine found that they fit, 0 to 1."
            ),
            "approved_by": about(TEXT, "A login at GitHub; orcid: and an iD where no login is known."),
            "approved_at": TIME,
            "proposed_by": about(TEXT, "Likewise."),
            "proposed_at": TIME,
        }
    )
    return about(said, "Who proposed and approved it, and when.")


def retired() -> Schema:
    """A mapping that ended, as `core.export.fields.retired` writes it."""
    return thing(
        {
            "uuid": NAME,
            "ke_id": KEY_EVENT,
            "source": SOURCE,
            "target_id": about(TEXT, "The target."),
            "retired_at": about(TIME, "When it ended."),
            "reason": about(TEXT, "Why, in the words of who ended it."),
        }
    )


def aop() -> Schema:
    """An AOP with its coverage."""
    return thing(
        {
            "aop_id": about(AOP, "The AOP: AOP 38."),
            "aop_title": about(TEXT, "Its title."),
            "ke_count": about(COUNT, "How many Key Events it has."),
            "mapped_ke_count": about(COUNT, "How many of them have a mapping in force."),
            **{
                f"{source}_ke_count": about(COUNT, f"How many have one to {spec.label}.")
                for source, spec in SPECS.items()
            },
        }
    )


def release() -> Schema:
    """A release with its files."""
    file = thing({"name": TEXT, "title": TEXT, "media": TEXT, "bytes": COUNT, "sha256": DIGEST, "url": ADDRESS})
    counts = thing({"total": COUNT, "key_events": COUNT, "by_source": {"type": "object"}})
    return thing(
        {
            "name": about(TEXT, "What it is called: 2026.1."),
            "date": about(DAY, "Its day."),
            "made_at": about(TIME, "When it was made."),
            "revision": about(TEXT, "The state of the data that it holds."),
            "url": about(ADDRESS, "Where it is, for ever."),
            "mappings": about(counts, "How many mappings it has, of how many Key Events, by source and tier."),
            "files": about({"type": "array", "items": file}, "Its files."),
        }
    )


def pagination() -> Schema:
    """Where one stands in a list."""
    return thing(
        {
            "page": about(COUNT, "Which page this is, from 1."),
            "per_page": about(COUNT, "How many items a page has."),
            "total": about(COUNT, "How many there are in all, at this moment."),
            "total_pages": about(COUNT, "How many pages that makes."),
            "next": about(nullable(ADDRESS), "What comes behind the last item here; null at the end."),
            "prev": about(nullable(ADDRESS), "The page before; null on the first."),
        }
    )


def new_decision() -> Schema:
    """What a program sends to decide."""
    short: Schema = {"type": "string", "maxLength": MOST_WORDS, "pattern": PLAIN}
    key: Schema = {"type": "string", "minLength": 1, "maxLength": MOST_KEY, "pattern": FILLED}
    answers: Schema = {"type": "object", "additionalProperties": TEXT}
    paper: Schema = {"type": "string", "pattern": f"^({PMID_FORM}|{DOI_FORM})$", "maxLength": 200}
    found = thing(
        {
            "key_event": about(NUMBER, "Its number: 149 for KE 149."),
            "target": about(TARGET, f"Its source and its id: {EXAMPLE}."),
            "act": about({"type": "string", "enum": [str(act) for act in ACTS]}, "What you do."),
            "base_version": about(
                NUMBER, "How many decisions on the pair you know of; 0 for a fresh one. Whoever is slower gets 409."
            ),
            "key": about(key, "Yours for this decision: sent twice, it decides once."),
            "relation": about(one_of(Relation), "How the target relates to it, for “propose” and “revise”."),
            "answers": about(answers, "To the questions of the source's instrument, for “assess” and “revise”."),
            "note": about(short, "A reason; “decline”, “ask-back” and “retire” need one."),
            "papers": about({"type": "array", "items": paper, "maxItems": MOST_PAPERS}, "PMIDs or DOIs."),
            "quote": about(short, "A sentence of one of them."),
            "retire": about(FLAG, "A revision that asks for the end of the mapping."),
        },
        required=False,
    )
    return found | {"required": ["key_event", "target", "act", "base_version", "key"]}


def decided() -> Schema:
    """What was decided, and what the pair is now."""
    return thing(
        {
            "uuid": about(UUID, "The decision's name."),
            "act": about(one_of(Act), "What was done."),
            "at": about(TIME, "When."),
            **_pair(),
        }
    )


def _pair() -> dict[str, Schema]:
    """What a pair is now."""
    pair = thing({"key_event": {"type": "integer"}, "target": TEXT})
    return {
        "pair": about(pair, "The Key Event's number, and the target with its source."),
        "state": about(one_of(State), "What the pair is now."),
        "version": about(COUNT, "How many decisions there are on it now: the next base_version."),
    }


def error() -> Schema:
    """A refusal."""
    said: Schema = {
        "type": "object",
        "required": ["status", "message"],
        "properties": {"status": {"type": "integer"}, "message": TEXT, "field": TEXT},
    }
    words = "The status, what was wrong and what to do, and the field that it was, if it was one."
    return thing({"error": about(said, words)})
