"""The API, described: OpenAPI 3.1 as data, made of the operations. A test holds it against the doors."""

import json
from shlex import quote

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from web.api import schemas
from web.api.operations import ABOUT, OPERATIONS, Group, Operation
from web.api.schemas import Schema, reference
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
    409: "Somebody was faster: the pair is not at base_version any more. Look at it again and decide anew.",
    413: "The body has more than 64 KiB.",
    422: "A field is unknown, or not of its kind: “field” names it, the message says what was expected.",
    429: "Too many decisions a minute; go on after the seconds in Retry-After.",
    503: "The server cannot do this now, and nothing was saved. Try again after the seconds in Retry-After.",
}
READING, DECIDING = (404, 422, 503), tuple(REFUSALS)


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
            "schemas": schemas.schemas(),
            "responses": {_refusal(code): _refused(words) for code, words in REFUSALS.items()},
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


async def document(request: Request) -> Response:
    """`GET /api/v1/openapi.json`."""
    return JSONResponse(describe(site(request).settings.base_url), headers=OPEN)


def curl(operation: Operation, home: str) -> str:
    """A line for a shell that shows the operation; empty where an address needs a name that only the reader knows."""
    if "{" in operation.path:
        return ""
    address = f"{home}{operation.path}{f'?{operation.example}' if operation.example else ''}"
    if operation.sent is None:
        return f"curl {quote(address) if operation.example else address}"
    body = json.dumps(operation.sent, ensure_ascii=False, indent=2).replace("\n", "\n  ")
    return (
        f'curl {address} -H "Authorization: Bearer {TOKEN}" \\\n'
        f"  -H 'Content-Type: application/json' \\\n  -d {quote(body)}"
    )


def _operation(operation: Operation, home: str) -> Schema:
    content: dict[str, object] = {operation.media: {"schema": operation.answer} if operation.answer else {}}
    if operation.whole:
        content["text/csv"] = {}
    said: Schema = {
        "tags": [operation.group],
        "summary": operation.summary,
        "operationId": f"{operation.method}{operation.path.replace('/', '_')}",
        "parameters": list(operation.fields),
        "responses": {
            "201" if operation.body else "200": {"description": "As asked for.", "content": content},
            **({} if operation.body else {"304": {"description": "Nothing has changed."}}),
            **{
                str(code): {"$ref": f"#/components/responses/{_refusal(code)}"}
                for code in (DECIDING if operation.body else READING)
            },
        },
    }
    if line := curl(operation, home):
        said[SAMPLES] = [{"lang": "shell", "source": line}]
    if operation.body:
        sent = {"schema": operation.body, "example": operation.sent}
        said["requestBody"] = {"required": True, "content": {"application/json": sent}}
        said["security"] = [{"token": []}]
    return said


def _refusal(code: int) -> str:
    return f"Refused{code}"


def _refused(words: str) -> Schema:
    return {"description": words, "content": {"application/json": {"schema": reference("Error")}}}
