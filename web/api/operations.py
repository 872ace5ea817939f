"""What can be asked for by program: each operation with its fields, its answer and an example, made of the same tables
as the doors."""

from dataclasses import dataclass
from enum import StrEnum
from itertools import cycle

from core import publish
from core.sources import SPECS
from web.api.mappings import ENDED_MARK, MARK
from web.api.schemas import (
    EXAMPLE,
    FILTERS,
    GENES,
    NUMBER,
    PAGING,
    SINCE,
    SOURCE,
    TARGET,
    UUID,
    Schema,
    parameter,
    reference,
    thing,
)
from web.api.shapes import schema_name
from web.exports import GMT

BEHIND = "A place in the order, as “next” has it: what comes behind it."
AFTER = parameter("after", BEHIND, {"type": "string", "pattern": f"^{MARK}$"})
AFTER_ENDED = parameter("after", BEHIND, {"type": "string", "pattern": f"^{ENDED_MARK}$"})
FORMAT = parameter("format", "The whole set as CSV instead.", {"type": "string", "enum": ["json", "csv"]})


class Group(StrEnum):
    """What belongs together for readers."""

    MAPPINGS = "Mappings"
    COVERAGE = "AOPs"
    RELEASES = "Releases"
    DECISIONS = "Decisions"
    FILES = "Files"
    DOCUMENT = "Description"


ABOUT = {
    Group.MAPPINGS: "What is approved and in force, in a stable order: by Key Event, source and target.",
    Group.COVERAGE: "How far the Key Events of each AOP are mapped.",
    Group.RELEASES: "What was frozen, with the address and checksum of every file.",
    Group.DECISIONS: "Deciding by program, in the name of whoever made the token. The rules are those of the pages.",
    Group.FILES: "Whole sets in the formats that readers of the field know, filtered as mappings are.",
    Group.DOCUMENT: "The API, described for programs as OpenAPI 3.1.",
}


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing that can be asked for: where, what comes back, which fields the address may have.

    `example` is what an address that shows it has for its fields; `sent` an example of a body.
    """

    path: str
    group: Group
    summary: str
    answer: Schema
    fields: tuple[Schema, ...] = ()
    body: Schema | None = None
    media: str = "application/json"
    whole: bool = False
    example: str = ""
    sent: Schema | None = None

    @property
    def method(self) -> str:
        """How it is asked for."""
        return "post" if self.body else "get"


def listed(schema: str) -> Schema:
    """The envelope of a list."""
    items: Schema = {"type": "array", "items": reference(schema)}
    return thing({"data": items, "pagination": reference("Pagination")})


def _mappings() -> list[Operation]:
    of_source = [
        Operation(
            f"/api/v1/{spec.contract.mappings}",
            Group.MAPPINGS,
            f"Mappings to {spec.label}, by Key Event and target",
            listed(schema_name(spec)),
            (*PAGING, AFTER, FORMAT, *FILTERS),
            whole=True,
            example=example,
        )
        for spec, example in zip(SPECS.values(), cycle(("per_page=200", "min_confidence=high", "format=csv")))
    ]
    everything = Operation(
        "/api/v1/all-mappings",
        Group.MAPPINGS,
        "Mappings to all sources, by Key Event, source and target",
        listed("AnyMapping"),
        (*PAGING, AFTER, FORMAT, SOURCE, *FILTERS),
        whole=True,
        example="ke_id=149&updated_since=2026-01-01",
    )
    one = Operation(
        "/api/v1/all-mappings/{uuid}",
        Group.MAPPINGS,
        "One mapping in force",
        thing({"data": reference("AnyMapping")}),
        (parameter("uuid", "Its name.", UUID, "path"),),
    )
    ended = Operation(
        "/api/v1/retired",
        Group.MAPPINGS,
        "Mappings that ended, oldest end first",
        listed("Retired"),
        (*PAGING, AFTER_ENDED, SINCE),
        example="updated_since=2026-01-01",
    )
    return [*of_source, everything, one, ended]


def _files() -> list[Operation]:
    exports = [
        Operation(
            f"/exports/{export.name}",
            Group.FILES,
            export.title,
            {},
            (SOURCE,) if export.all_decisions else (SOURCE, *((GENES,) if export.genes else ()), *FILTERS),
            media=export.media.partition(";")[0],
        )
        for export in publish.EXPORTS.values()
    ]
    gene_sets = [
        Operation(
            f"/exports/gmt/{name}",
            Group.FILES,
            f"Gene sets of the pairs with {SPECS[source].label}",
            {"type": "string"},
            (GENES, *FILTERS),
            media="text/plain",
        )
        for name, source in GMT.items()
    ]
    return [*exports, *gene_sets]


OPERATIONS: tuple[Operation, ...] = (
    *_mappings(),
    Operation(
        "/api/v1/aops",
        Group.COVERAGE,
        "AOPs, and how many of their Key Events are mapped",
        listed("Aop"),
        (*PAGING,),
        example="per_page=200",
    ),
    Operation("/api/v1/releases", Group.RELEASES, "Releases, newest first", listed("Release"), (*PAGING,)),
    Operation(
        "/api/v1/pairs/{key_event}/{target}",
        Group.DECISIONS,
        "How a pair is now, for who wants to decide on it",
        thing({"data": reference("Pair")}),
        (
            parameter("key_event", "Its number: 149 for KE 149.", NUMBER, "path", 149),
            parameter("target", f"Its source and its id: {EXAMPLE}.", TARGET, "path", EXAMPLE),
        ),
    ),
    Operation(
        "/api/v1/decisions",
        Group.DECISIONS,
        "Decide on a pair, in the name of a token's person",
        thing({"data": reference("Decided")}),
        body=reference("NewDecision"),
        sent={
            "key_event": 149,
            "target": EXAMPLE,
            "act": "propose",
            "relation": "related",
            "base_version": 0,
            "key": "screen-12/149",
            "note": "from our screen",
        },
    ),
    *_files(),
    Operation("/api/v1/openapi.json", Group.DOCUMENT, "This description", {"type": "object"}),
)
