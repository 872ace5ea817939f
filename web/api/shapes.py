"""The shapes of the API: what is answered, field by field, as JSON Schema."""

from core.instruments import CURRENT
from core.model import Level, Relation, Source, Tier
from core.sources import SPECS, Fact, Spec
from web.api import written
from web.api.schemas import (
    ADDRESS,
    COUNT,
    DAY,
    DIGEST,
    FLAG,
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
        "Pair": written.pair(),
        "NewDecision": written.new_decision(),
        "Decided": written.decided(),
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


def error() -> Schema:
    """A refusal."""
    said: Schema = {
        "type": "object",
        "required": ["status", "message"],
        "properties": {"status": {"type": "integer"}, "message": TEXT, "field": TEXT},
    }
    words = "The status, what was wrong and what to do, and the field that it was, if it was one."
    return thing({"error": about(said, words)})
