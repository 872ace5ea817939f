"""The description of the API is true: every door is in it, everything in it answers as it says."""

import re
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from core.publish import EXPORTS
from tests import publishing
from tests.servers import Keyway
from web.api import openapi
from web.api.operations import OPERATIONS, Operation
from web.exports import GMT
from web.routes import ROUTES

Visit = Callable[[str | None], httpx.Client]


def test_every_door_for_programs_is_described_and_nothing_else() -> None:
    bare = re.compile(r":\w+}")
    doors = {
        (bare.sub("}", door.path), method.lower())
        for door in ROUTES
        if door.path.startswith("/api/v1/")
        for method in door.methods
    }
    files = {(f"/exports/{name}", "get") for name in EXPORTS} | {(f"/exports/gmt/{name}", "get") for name in GMT}
    assert {(operation.path, operation.method) for operation in OPERATIONS} == doors | files


@pytest.mark.parametrize(
    "operation", [each for each in OPERATIONS if not each.body and "{" not in each.path], ids=lambda each: each.path
)
def test_what_is_described_answers_as_it_says(visit: Visit, keyway: Keyway, operation: Operation) -> None:
    publishing.several(keyway.database)
    client = visit(None)
    answer = client.get(operation.path)
    assert answer.status_code == 200
    assert answer.headers["content-type"].partition(";")[0] == operation.media
    values = {"page": "1", "per_page": "1", "aop_id": "AOP 144", "ke_id": "KE 149", "target": "WP254", "gene": "TNF",
              "relation": "related", "tier": "low", "min_confidence": "high", "person": "curator",
              "since": "2026-01-01", "until": "2026-12-31", "updated_since": "2026-11-23T00:00:00+00:00",
              "format": "json"}  # fmt: skip
    for field in operation.fields:
        name = str(field["name"])
        if name in values:
            assert client.get(operation.path, params={name: values[name]}).status_code == 200, name


def test_every_field_says_what_it_is_for(keyway: Keyway) -> None:
    document: Any = openapi.describe(keyway.base_url)
    fields = {
        f"{name}.{field}": said
        for name, shape in document["components"]["schemas"].items()
        for field, said in shape.get("properties", {}).items()
    }
    assert [name for name, said in fields.items() if not said.get("description") and "$ref" not in said] == []
    calls = [call for methods in document["paths"].values() for call in methods.values()]
    assert [each["name"] for call in calls for each in call["parameters"] if not each["description"]] == []


def test_every_call_has_a_name_that_programs_can_bear(keyway: Keyway) -> None:
    document: Any = openapi.describe(keyway.base_url)
    names = [call["operationId"] for methods in document["paths"].values() for call in methods.values()]
    assert all(re.fullmatch(r"[a-z0-9_]+", name) for name in names)
    assert len(set(names)) == len(names)


def test_an_answer_has_the_headers_that_are_described(visit: Visit, keyway: Keyway) -> None:
    publishing.several(keyway.database)
    document: Any = openapi.describe(keyway.base_url)
    for path in ("/api/v1/all-mappings", "/exports/pairs-ncbi.gmt"):
        described = document["paths"][path]["get"]["responses"]["200"]["headers"]
        assert described.keys() >= {"ETag", "X-Export-Revision"}
        assert [name for name in described if name not in visit(None).get(path).headers] == []


def test_the_document_is_valid(visit: Visit) -> None:
    from openapi_spec_validator import validate

    document = visit(None).get("/api/v1/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    validate(document)
