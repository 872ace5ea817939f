"""The API, described: OpenAPI 3.1 as data, made of the operations. A test holds it against the doors."""

import json
import re
from collections.abc import Mapping
from shlex import quote

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from web.api import shapes
from web.api.operations import ABOUT, OPERATIONS, Group, Operation
from web.api.schemas import GENES, TEXT, Schema, reference
from web.context import site
from web.exports import OPEN

VERSION = "1.0"
INTRODUCTION = (
    "Mappings of AOP Key Events to pathways and processes, each proposed and approved by curators. Reading is free and "
    "needs no key; deciding takes a personal token."
)
SAMPLES = "x-codeSamples"  # how others write examples of a call, too
TOKEN = "$KEYWAY_TOKEN"
REFUSALS: dict[int, str] = {
    401: "There is no token, or it is not known, has expired or was revoked. Make another at /me/tokens.",
    403: "The token's scope, or its person's role, is not enough for this act.",
    404: "There is no such thing; the message says which there are.",
    409: "Somebody was faster: the pair is not at base_version any more. /api/v1/pairs says how it is now.",
    413: "The body has more than 64 KiB.",
    422: "A field is unknown, or not of its kind: “field” names it, the message says what was expected.",
    429: "Too many decisions a minute; go on after the seconds in Retry-After.",
    503: "The server cannot do this now, and nothing was saved. Try again after the seconds in Retry-After.",
}
READING, DECIDING = (422, 503), tuple(REFUSALS)
STATE = {
    "ETag": "A name for this answer: sent back as If-None-Match it gives 304 while nothing has changed.",
    "X-Export-Revision": "Which state of the data this shows.",
}
FILE = {
    "Content-Disposition": "What to call the file, its revision included.",
    "X-Export-Sources": "Of which releases of the sources it is made.",
}
GENE_SETS = {
    "X-Export-Left-Out": "Mapped targets that are not in it, because no gene of them can be named.",
    "X-Export-Genes-Left-Out": "Genes that are not in it, because they have no id; not all of many.",
}
OF_REFUSALS = {
    401: {"WWW-Authenticate": "How to prove who you are: Bearer."},
    **dict.fromkeys((429, 503), {"Retry-After": "Seconds to wait."}),
}


def describe(home: str) -> Schema:
    """The whole document, for the site at `home`."""
    paths: dict[str, dict[str, object]] = {}
    for operation in OPERATIONS:
        paths.setdefault(operation.path, {})[operation.method] = _operation(operation, home)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Keyway", "version": VERSION, "description": INTRODUCTION},
        "servers": [{"url": home}],
        "tags": [{"name": group, "description": ABOUT[group]} for group in Group],
        "paths": paths,
        "components": {
            "schemas": shapes.shapes(),
            "responses": {_refusal(code): _refused(code, words) for code, words in REFUSALS.items()},
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


async def document(request: Request) -> Response:
    """`GET /api/v1/openapi.json`."""
    return JSONResponse(describe(site(request).settings.base_url), headers=OPEN)


def curl(operation: Operation, home: str) -> str:
    """A line for a shell that shows the operation; empty where an address needs a name that only the reader knows."""
    shown = {str(field["name"]): str(field["example"]) for field in operation.fields if "example" in field}
    if not shown.keys() >= set(re.findall(r"{(\w+)}", operation.path)):
        return ""
    address = home + operation.path.format_map(shown) + (f"?{operation.example}" if operation.example else "")
    if operation.sent is None:
        return f"curl {quote(address) if operation.example else address}"
    body = json.dumps(operation.sent, ensure_ascii=False, indent=2).replace("\n", "\n  ")
    return (
        f'curl {address} -H "Authorization: Bearer {TOKEN}" \\\n'
        f"  -H 'Content-Type: application/json' \\\n  -d {quote(body)}"
    )


def _operation(operation: Operation, home: str) -> Schema:
    said: Schema = {
        "tags": [operation.group],
        "summary": operation.summary,
        "operationId": operation.method + re.sub(r"\W+", "_", operation.path).rstrip("_"),
        "parameters": list(operation.fields),
        "responses": _responses(operation),
    }
    if line := curl(operation, home):
        said[SAMPLES] = [{"lang": "shell", "source": line}]
    if operation.body:
        sent = {"schema": operation.body, "example": operation.sent}
        said["requestBody"] = {"required": True, "content": {"application/json": sent}}
        said["security"] = [{"token": []}]
    return said


def _responses(operation: Operation) -> Schema:
    content: dict[str, object] = {operation.media: {"schema": operation.answer} if operation.answer else {}}
    if operation.whole:
        content["text/csv"] = {}
    of_state = operation.body is None and operation.group is not Group.DOCUMENT
    unknown = (404,) if "{" in operation.path else ()
    return {
        "201" if operation.body else "200": {
            "description": "As asked for.",
            "headers": _headers(_said_of(operation) if of_state else {}),
            "content": content,
        },
        **({"304": {"description": "Nothing has changed.", "headers": _headers(STATE)}} if of_state else {}),
        **{
            str(code): {"$ref": f"#/components/responses/{_refusal(code)}"}
            for code in (DECIDING if operation.body else (*unknown, *READING))
        },
    }


def _said_of(operation: Operation) -> dict[str, str]:
    """The headers that say something of an answer, with what they say."""
    file = FILE if operation.group is Group.FILES else {}
    return STATE | file | (GENE_SETS if GENES in operation.fields else {})


def _headers(said: Mapping[str, str]) -> Schema:
    return {name: {"description": words, "schema": TEXT} for name, words in said.items()}


def _refusal(code: int) -> str:
    return f"Refused{code}"


def _refused(code: int, words: str) -> Schema:
    content = {"application/json": {"schema": reference("Error")}}
    return {"description": words, "headers": _headers(OF_REFUSALS.get(code, {})), "content": content}
