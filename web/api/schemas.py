"""The shapes of the API: what is sent and what is answered, as JSON Schema."""

from core.citations import MOST as MOST_PAPERS
from core.instruments import CURRENT
from core.model import Act, GeneNames, Level, Relation, Source, Tier
from core.programs import ACTS
from core.review import MOST_WORDS
from core.sources import SPECS, Fact, Spec
from web.api.envelope import MOST_PAGES, MOST_PER_PAGE, PER_PAGE
from web.forms import MOST_KEY, SHOWN

Schema = dict[str, object]
UUID: Schema = {"type": "string", "format": "uuid"}
TIME: Schema = {"type": "string", "format": "date-time"}
TEXT: Schema = {"type": "string"}
ADDRESS: Schema = {"type": "string", "format": "uri"}
DIGEST: Schema = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
DAY: Schema = {"type": "string", "pattern": r"^(19|20|21)\d{2}-\d{2}-\d{2}$", "format": "date"}
MOMENT: Schema = {"anyOf": [DAY, {"type": "string", "pattern": "^(19|20|21)", "format": "date-time"}]}


# Text without control characters, tabs and line ends excepted; and one that is more than blank
PLAIN = r"^[^\u0000-\u0008\u000b-\u001f]*$"
FILLED = r"^[^\u0000-\u0008\u000b-\u001f]*[^\s\u0000-\u001f][^\u0000-\u0008\u000b-\u001f]*$"
PMID_FORM = "(PMID:)?[1-9][0-9]{0,8}"
DOI_FORM = r"(doi:|https://doi\.org/)?10\.[0-9]{4,9}/[^\s\"<>,;]+"
SHORT: Schema = {"type": "string", "minLength": 1, "maxLength": SHOWN, "pattern": FILLED}
EXAMPLE = f"{next(iter(SPECS))}:{next(iter(SPECS.values())).example}"


def one_of(words: type[Act] | type[GeneNames] | type[Level] | type[Relation] | type[Source] | type[Tier]) -> Schema:
    """A text that is one of the words of an enumeration."""
    return {"type": "string", "enum": [str(word) for word in words]}


def nullable(schema: Schema) -> Schema:
    """The same, or null."""
    return {"anyOf": [schema, {"type": "null"}]}


def thing(properties: dict[str, Schema], required: bool = True) -> Schema:
    """An object with exactly these properties."""
    found: Schema = {"type": "object", "properties": properties, "additionalProperties": False}
    return found | {"required": list(properties)} if required else found


def reference(name: str) -> Schema:
    """A schema by its name."""
    return {"$ref": f"#/components/schemas/{name}"}


def parameter(name: str, about: str, schema: Schema, place: str = "query") -> Schema:
    """One field of an address."""
    return {"name": name, "in": place, "description": about, "required": place == "path", "schema": schema}


def numbered(letters: str) -> Schema:
    """A number, with or without the letters that go before it."""
    return {"type": "string", "pattern": f"^({letters} )?[1-9][0-9]{{0,8}}$"}


PAGING = [
    parameter("page", "Which page, from 1.", {"type": "integer", "minimum": 1, "maximum": MOST_PAGES}),
    parameter(
        "per_page",
        f"How many a page; {PER_PAGE} without.",
        {"type": "integer", "minimum": 1, "maximum": MOST_PER_PAGE, "default": PER_PAGE},
    ),
]
ACCESSIONS = [spec.accession.pattern for spec in SPECS.values()]
SINCE = parameter("updated_since", "Only what changed from this time on (a day, or a time with its zone).", MOMENT)
FILTERS = [
    parameter("aop_id", "Key Events of this AOP: 38 or AOP 38.", numbered("AOP")),
    parameter("ke_id", "This Key Event: 149 or KE 149.", numbered("KE")),
    parameter("target", "This target: WP254.", {"type": "string", "pattern": f"^({'|'.join(ACCESSIONS)})$"}),
    parameter("gene", "Targets with this gene, by its symbol.", SHORT),
    parameter("relation", "With this relation.", one_of(Relation)),
    parameter("tier", "With exactly this confidence.", one_of(Tier)),
    parameter("min_confidence", "With at least this confidence.", one_of(Tier)),
    parameter("person", "Proposed or approved by this login.", SHORT),
    parameter("since", "Approved on this day or later.", DAY),
    parameter("until", "Approved on this day or earlier.", DAY),
    SINCE,
]
GENES = parameter("genes", "In gene sets: genes by HGNC symbols, or by ids of NCBI Gene.", one_of(GeneNames))
SOURCE = parameter("source", "Of this source.", one_of(Source))


def mapping(spec: Spec) -> Schema:
    """A mapping to a target of one source, as `core.export.fields.item` writes it."""
    contract, instrument = spec.contract, CURRENT[spec.instrument]
    kinds: dict[Fact | str, Schema] = {
        Fact.DESCRIPTION: TEXT,
        Fact.GENES: {"type": "integer"},
        Fact.DIRECTION: nullable({"type": "string", "enum": ["positive", "negative"]}),
        Fact.INFORMATION: nullable({"type": "number"}),
        Fact.DEPTH: nullable({"type": "integer"}),
    }
    answers = {
        question.word: nullable({"type": "string", "enum": [answer.word for answer in question.answers]})
        for question in instrument.questions
    }
    return thing(
        {
            "uuid": UUID,
            "ke_id": {"type": "string", "pattern": r"^KE \d+$"},
            "ke_name": TEXT,
            contract.id: {"type": "string", "pattern": f"^{spec.accession.pattern}$"},
            contract.title: TEXT,
            "confidence_level": nullable(one_of(Tier)),
            **({"connection_type": nullable(TEXT)} if contract.connection else {}),
            "ke_aop_context": {"type": "array", "items": {"type": "string", "pattern": r"^AOP \d+$"}},
            "ke_bio_level": nullable(one_of(Level)),
            **{name: kinds.get(fact, {"type": "string", "const": fact}) for name, fact in contract.columns},
            "assessment": thing({**answers, "version": nullable(TEXT), "score": nullable({"type": "number"})}),
            "provenance": thing(
                {
                    "suggestion_score": nullable({"type": "number"}),
                    "approved_by": TEXT,
                    "approved_at": TIME,
                    "proposed_by": TEXT,
                    "proposed_at": TIME,
                }
            ),
            "source": {"type": "string", "const": spec.source},
            "relation": one_of(Relation),
            "stale": {"type": "boolean"},
            "updated_at": TIME,
        }
    )


def schemas() -> dict[str, Schema]:
    """Every named shape."""
    address: Schema = nullable(ADDRESS)
    count: Schema = {"type": "integer", "minimum": 0}
    of_source = {schema_name(spec): mapping(spec) for spec in SPECS.values()}
    return {
        **of_source,
        "AnyMapping": {"oneOf": [reference(name) for name in of_source]},
        "Retired": thing(
            {"uuid": UUID, "ke_id": TEXT, "source": one_of(Source), "target_id": TEXT, "retired_at": TIME,
             "reason": TEXT}
        ),
        "Aop": thing(
            {"aop_id": {"type": "string", "pattern": r"^AOP \d+$"}, "aop_title": TEXT, "ke_count": count,
             "mapped_ke_count": count, **{f"{source}_ke_count": count for source in Source}}
        ),
        "Release": thing(
            {"name": TEXT, "date": DAY, "made_at": TIME, "revision": TEXT, "url": ADDRESS,
             "mappings": thing({"total": count, "key_events": count, "by_source": {"type": "object"}}),
             "files": {"type": "array", "items": thing(
                 {"name": TEXT, "title": TEXT, "media": TEXT, "bytes": count, "sha256": DIGEST, "url": ADDRESS})}}
        ),
        "Pagination": thing(
            {"page": count, "per_page": count, "total": count, "total_pages": count, "next": address, "prev": address}
        ),
        "NewDecision": decision(),
        "Decided": thing(
            {"uuid": UUID, "act": one_of(Act), "at": TIME,
             "pair": thing({"key_event": {"type": "integer"}, "target": TEXT}), "state": TEXT, "version": count}
        ),
        "Error": thing(
            {"error": {"type": "object", "required": ["status", "message"],
                       "properties": {"status": {"type": "integer"}, "message": TEXT, "field": TEXT}}}
        ),
    }  # fmt: skip


def decision() -> Schema:
    """What a program sends to decide."""
    short: Schema = {"type": "string", "maxLength": MOST_WORDS, "pattern": PLAIN}
    accessions = "|".join(f"{spec.source}:{spec.accession.pattern}" for spec in SPECS.values())
    papers: Schema = {"type": "string", "pattern": f"^({PMID_FORM}|{DOI_FORM})$", "maxLength": 200}
    found = thing(
        {
            "key_event": {"type": "integer", "minimum": 0, "maximum": 999_999_999,
                          "description": "Its number: 149 for KE 149."},
            "target": {"type": "string", "description": f"Its source and its id: {EXAMPLE}.",
                       "pattern": f"^({accessions})$"},
            "act": {"type": "string", "enum": [str(act) for act in ACTS]},
            "base_version": {"type": "integer", "minimum": 0, "maximum": 999_999_999,
                             "description": "How many decisions on the pair you know of; 0 for a fresh one. Whoever is "
                                            "slower gets 409."},
            "key": {"type": "string", "minLength": 1, "maxLength": MOST_KEY, "pattern": FILLED,
                    "description": "Yours for this decision: sent twice, it decides once."},
            "relation": one_of(Relation),
            "answers": {"type": "object", "additionalProperties": TEXT,
                        "description": "To the questions of the source's instrument, for “assess” and “revise”."},
            "note": short | {"description": "A reason; “decline”, “ask-back” and “retire” need one."},
            "papers": {"type": "array", "items": papers, "maxItems": MOST_PAPERS, "description": "PMIDs or DOIs."},
            "quote": short | {"description": "A sentence of one of them."},
            "retire": {"type": "boolean", "description": "A revision that asks for the end of the mapping."},
        },
        required=False,
    )  # fmt: skip
    return found | {"required": ["key_event", "target", "act", "base_version", "key"]}


def schema_name(spec: Spec) -> str:
    """`WikiPathwaysMapping`."""
    return f"{spec.label.replace(' ', '')}Mapping"
