"""The API, described: OpenAPI 3.1 as data, made of the same tables as the doors. A test holds it against them."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from core import publish
from core.sources import SPECS
from web.api import schemas
from web.api.schemas import FILTERS, PAGING, SINCE, SOURCE, UUID, Schema, parameter, reference, schema_name, thing
from web.context import site
from web.exports import GMT, OPEN

VERSION = "1.0"
AFTER = parameter("after", "A place in the order, as `next` has it.", {"type": "string", "maxLength": 80})
FORMAT = parameter("format", "The whole set as CSV instead.", {"type": "string", "enum": ["json", "csv"]})
ABOUT = (
    "Mappings of AOP Key Events to pathways and processes, approved by two people. Reading is free and needs no key; a "
    "state of the data is named by X-Export-Revision, and If-None-Match with the ETag of an answer gives 304 while "
    "nothing has changed. Deciding takes a personal token, made at /me/tokens."
)


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing that can be asked for: where, what comes back, which fields the address may have."""

    path: str
    summary: str
    answer: Schema
    fields: tuple[Schema, ...] = ()
    body: Schema | None = None
    media: str = "application/json"
    whole: bool = False

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
            f"Mappings to {spec.label}, by Key Event and target",
            listed(schema_name(spec)),
            (*PAGING, AFTER, FORMAT, *FILTERS),
            whole=True,
        )
        for spec in SPECS.values()
    ]
    everything = Operation(
        "/api/v1/all-mappings",
        "Mappings to all sources, by Key Event, source and target",
        listed("AnyMapping"),
        (*PAGING, AFTER, FORMAT, SOURCE, *FILTERS),
        whole=True,
    )
    return [*of_source, everything]


OPERATIONS: tuple[Operation, ...] = (
    *_mappings(),
    Operation(
        "/api/v1/all-mappings/{uuid}",
        "One mapping in force",
        thing({"data": reference("AnyMapping")}),
        (parameter("uuid", "Its name.", UUID, "path"),),
    ),
    Operation("/api/v1/retired", "Mappings that ended, oldest end first", listed("Retired"), (*PAGING, SINCE)),
    Operation("/api/v1/aops", "AOPs, and how many of their Key Events are mapped", listed("Aop"), (*PAGING,)),
    Operation("/api/v1/releases", "Releases, newest first", listed("Release"), (*PAGING,)),
    Operation(
        "/api/v1/decisions",
        "Decide on a pair, in the name of a token's person",
        thing({"data": reference("Decided")}),
        body=reference("NewDecision"),
    ),
    Operation("/api/v1/openapi.json", "This description", {"type": "object"}),
    *(
        Operation(f"/exports/{export.name}", export.title, {}, (SOURCE, *FILTERS), media=export.media.partition(";")[0])
        for export in publish.EXPORTS.values()
    ),
    *(
        Operation(
            f"/exports/gmt/{name}",
            f"Gene sets of the pairs with {SPECS[source].label}",
            {"type": "string"},
            tuple(FILTERS),
            media="text/plain",
        )
        for name, source in GMT.items()
    ),
)


def describe(home: str) -> Schema:
    """The whole document, for the site at `home`."""
    paths: dict[str, dict[str, object]] = {}
    for operation in OPERATIONS:
        paths.setdefault(operation.path, {})[operation.method] = _operation(operation)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Keyway", "version": VERSION, "description": ABOUT},
        "servers": [{"url": home}],
        "paths": paths,
        "components": {
            "schemas": schemas.schemas(),
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


async def document(request: Request) -> Response:
    """`GET /api/v1/openapi.json`."""
    return JSONResponse(describe(site(request).settings.base_url), headers=OPEN)


def _operation(operation: Operation) -> Schema:
    content: dict[str, object] = {operation.media: {"schema": operation.answer} if operation.answer else {}}
    if operation.whole:
        content["text/csv"] = {}
    refusals = (401, 403, 404, 409, 413, 422, 429, 503) if operation.body else (404, 422, 503)
    said: Schema = {
        "summary": operation.summary,
        "operationId": f"{operation.method}{operation.path.replace('/', '_')}",
        "parameters": list(operation.fields),
        "responses": {
            "201" if operation.body else "200": {"description": "As asked for.", "content": content},
            **({} if operation.body else {"304": {"description": "Nothing has changed."}}),
            **{str(code): _refusal() for code in refusals},
        },
    }
    if operation.body:
        said |= {
            "requestBody": {"required": True, "content": {"application/json": {"schema": operation.body}}},
            "security": [{"token": []}],
        }
    return said


def _refusal() -> Schema:
    return {
        "description": "The message says what was wrong and what to do.",
        "content": {"application/json": {"schema": reference("Error")}},
    }
