"""What values of the API are like, as JSON Schema, and the fields of its addresses."""

from enum import StrEnum

from core.ingest.text import STEERING
from core.model import GeneNames, Relation, Source, Tier
from core.sources import SPECS
from web.api.envelope import MOST_PAGES, MOST_PER_PAGE, PER_PAGE
from web.forms import SHOWN

Schema = dict[str, object]
UUID: Schema = {"type": "string", "format": "uuid"}
TIME: Schema = {"type": "string", "format": "date-time"}
TEXT: Schema = {"type": "string"}
FLAG: Schema = {"type": "boolean"}
COUNT: Schema = {"type": "integer", "minimum": 0}
ADDRESS: Schema = {"type": "string", "format": "uri"}
DIGEST: Schema = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
DAY: Schema = {"type": "string", "pattern": r"^(19|20|21)\d{2}-\d{2}-\d{2}$", "format": "date"}
MOMENT: Schema = {"anyOf": [DAY, {"type": "string", "pattern": "^(19|20|21)", "format": "date-time"}]}

# Text without signs that steer; and one that is more than blank
PLAIN = rf"^[^{STEERING}]*$"
FILLED = rf"^[^{STEERING}]*[^\s{STEERING}][^{STEERING}]*$"
SHORT: Schema = {"type": "string", "minLength": 1, "maxLength": SHOWN, "pattern": FILLED}
NUMBER: Schema = {"type": "integer", "minimum": 0, "maximum": 999_999_999}
TARGET: Schema = {
    "type": "string",
    "pattern": f"^({'|'.join(f'{spec.source}:{spec.accession.pattern}' for spec in SPECS.values())})$",
}
EXAMPLE = f"{next(iter(SPECS))}:{next(iter(SPECS.values())).example}"


def one_of(words: type[StrEnum]) -> Schema:
    """A text that is one of the words of an enumeration."""
    return {"type": "string", "enum": [str(word) for word in words]}


def nullable(schema: Schema) -> Schema:
    """The same, or null."""
    return {"anyOf": [schema, {"type": "null"}]}


def about(schema: Schema, words: str) -> Schema:
    """The same, and what it is for."""
    return schema | {"description": words}


def thing(properties: dict[str, Schema], required: bool = True) -> Schema:
    """An object with exactly these properties."""
    found: Schema = {"type": "object", "properties": properties, "additionalProperties": False}
    return found | {"required": list(properties)} if required else found


def reference(name: str) -> Schema:
    """A schema by its name."""
    return {"$ref": f"#/components/schemas/{name}"}


def parameter(name: str, words: str, schema: Schema, place: str = "query", example: object = None) -> Schema:
    """One field of an address."""
    said: Schema = {"name": name, "in": place, "description": words, "required": place == "path", "schema": schema}
    return said if example is None else said | {"example": example}


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
