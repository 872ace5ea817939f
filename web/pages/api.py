"""The API for people: the page that `/api/v1` shows, made of the very document that programs read."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from core import programs
from web.api import openapi
from web.api.envelope import MOST_PER_PAGE, PER_PAGE
from web.api.openapi import SAMPLES
from web.context import site
from web.render import page

Document = Mapping[str, Any]
SCHEMAS, RESPONSES = "#/components/schemas/", "#/components/responses/"
METHODS = ("get", "post")
MOST_SHOWN = 12  # words of an enumeration


@dataclass(frozen=True, slots=True)
class Field:
    """A field of an address, of a body or of an answer: its name, what it may be, what it is for."""

    name: str
    form: str
    about: str
    required: bool
    shape: str = ""


@dataclass(frozen=True, slots=True)
class Call:
    """One operation as the page shows it. `shape` names what comes back, `many` whether page by page."""

    id: str
    method: str
    path: str
    summary: str
    fields: tuple[Field, ...]
    body: tuple[Field, ...]
    media: tuple[str, ...]
    shape: str
    many: bool
    codes: tuple[str, ...]
    sample: str


async def api(request: Request) -> Response:
    """`GET /api/v1`."""
    here = site(request)
    document: Document = openapi.describe(here.settings.base_url)
    calls = {tag["name"]: [call for tags, call in every(document) if tag["name"] in tags] for tag in document["tags"]}
    return page(
        request,
        "api/page.html",
        document=document,
        home=here.settings.base_url,
        groups=[(tag, calls[tag["name"]]) for tag in document["tags"]],
        shapes=shapes(document),
        refusals={name.removeprefix("Refused"): each for name, each in document["components"]["responses"].items()},
        per_page=(PER_PAGE, MOST_PER_PAGE),
        pace=programs.MOST_IN_WINDOW,
    )


def every(document: Document) -> Iterator[tuple[list[str], Call]]:
    """Every operation of the document with its tags, in its order."""
    for path, methods in document["paths"].items():
        for method in METHODS:
            if method in methods:
                yield methods[method]["tags"], _call(document, path, method, methods[method])


def _calls(document: Document) -> Iterator[Document]:
    for methods in document["paths"].values():
        yield from methods.values()


def _body(said: Document) -> Document | None:
    found: Document | None = said.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
    return found


def shapes(document: Document) -> dict[str, tuple[Field, ...]]:
    """The objects that are answered and sent, by name. An answer has all its fields, so none is marked as needed."""
    sent = {_named(body) for body in map(_body, _calls(document)) if body}
    return {
        name: tuple(each if name in sent else replace(each, required=False) for each in fields(schema))
        for name, schema in document["components"]["schemas"].items()
        if "properties" in schema
    }


def fields(schema: Document, within: str = "") -> Iterator[Field]:
    """The fields of an object, and those of objects in it: `assessment.basis`, `files.name`."""
    needed = schema.get("required", ())
    for name, each in schema.get("properties", {}).items():
        yield Field(within + name, form(each), each.get("description", ""), name in needed, _named(each))
        yield from fields(each.get("items", each), f"{within}{name}.")


def form(schema: Document) -> str:
    """What a value may be, in words: `text`, `whole number from 1 to 200`, `high, medium or low`."""
    if "const" in schema:
        return f"“{schema['const']}”"
    if "enum" in schema:
        return _or([str(word) for word in schema["enum"]])
    if "$ref" in schema:
        return _named(schema)
    if "anyOf" in schema or "oneOf" in schema:
        return _either([form(each) for each in schema.get("anyOf", schema.get("oneOf"))])
    kind = str(schema.get("type", ""))
    if kind == "array":
        return f"list: {form(schema['items'])}"
    if kind in ("integer", "number"):
        return _number(schema)
    words = {"null": "null", "boolean": "true or false", "object": "object"}
    return words.get(kind, FORMATS.get(schema.get("format", ""), "text"))


FORMATS = {"date": "day, 2026-11-23", "date-time": "time, 2026-11-23T22:47:00Z", "uuid": "uuid", "uri": "address"}


def _call(document: Document, path: str, method: str, said: Document) -> Call:
    answer = next(each for code, each in said["responses"].items() if code.startswith("2"))
    body = _body(said)
    properties = next(iter(answer["content"].values())).get("schema", {}).get("properties", {})
    return Call(
        id=said["operationId"],
        method=method.upper(),
        path=path,
        summary=said["summary"],
        fields=tuple(
            Field(each["name"], form(each["schema"]), each["description"], each["required"])
            for each in said["parameters"]
        ),
        body=tuple(fields(_resolved(document, body))) if body else (),
        media=tuple(answer["content"]),
        shape=_named(properties.get("data", {})),
        many="pagination" in properties,
        codes=tuple(said["responses"]),
        sample=said[SAMPLES][0]["source"] if SAMPLES in said else "",
    )


def _resolved(document: Document, schema: Document) -> Document:
    name = _named(schema)
    found: Document = document["components"]["schemas"][name] if name else schema
    return found


def _named(schema: Document) -> str:
    """The name of the shape that a schema, or the items of a list, refer to; empty where there is none."""
    inner = schema.get("items", schema)
    return str(inner.get("$ref", "")).removeprefix(SCHEMAS)


def _number(schema: Document) -> str:
    kind = "whole number" if schema["type"] == "integer" else "number"
    least, most = schema.get("minimum"), schema.get("maximum")
    limits = f" from {least:,}" if least is not None else ""
    return kind + limits + (f" to {most:,}" if most is not None else "")


def _or(words: list[str]) -> str:
    shown = words if len(words) <= MOST_SHOWN else [*words[:MOST_SHOWN], "…"]
    return " or ".join(filter(None, (", ".join(shown[:-1]), shown[-1])))


def _either(forms: list[str]) -> str:
    """Alternatives; that something may be null comes last."""
    said = " or ".join(dict.fromkeys(each for each in forms if each != "null"))
    if "null" not in forms:
        return said
    return f"{said}, or null" if " or " in said else f"{said} or null"
