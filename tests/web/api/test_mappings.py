"""The API as programs read it: the published contract to the letter, and what ours adds."""

import re
from collections.abc import Callable, Iterator

import httpx
import pytest

from core.store import connection
from tests import publishing
from tests.publishing import GO, WP254, WP408
from tests.servers import Keyway

Visit = Callable[[str | None], httpx.Client]


@pytest.fixture
def reader(visit: Visit, keyway: Keyway) -> httpx.Client:
    """A program without a token, where a few mappings are in force."""
    publishing.several(keyway.database)
    return visit(None)


def pages(client: httpx.Client, address: str) -> Iterator[dict[str, object]]:
    """Every item, as a program follows `next`."""
    next: str | None = address
    while next:
        answer = client.get(next).json()
        yield from answer["data"]
        next = answer["pagination"]["next"]


class TestContract:
    def test_the_analysis_tool_reads_what_it_knows(self, reader: httpx.Client) -> None:
        items = list(pages(reader, "/api/v1/mappings?per_page=1"))
        assert [item["pathway_id"] for item in items] == ["WP1742", "WP254", "WP408"]
        for item in items:
            assert re.fullmatch(r"KE \d+", str(item["ke_id"]))
            assert re.fullmatch(r"WP\d+", str(item["pathway_id"]))
            assert item["confidence_level"] in ("high", "medium", "low")
            assert item["pathway_title"]

    def test_a_mapping_has_every_field(self, reader: httpx.Client) -> None:
        item = reader.get("/api/v1/mappings?ke_id=1115").json()["data"][0]
        assert item["provenance"] == {
            "suggestion_score": None,
            "approved_by": "reviewer",
            "approved_at": "2026-11-23T12:00:00Z",
            "proposed_by": "curator",
            "proposed_at": "2026-11-23T12:00:00Z",
        }
        assert item["assessment"] == {
            "relationship": "causative",
            "basis": "known",
            "specificity": "specific",
            "coverage": "complete",
            "version": "1",
            "score": 7.5,
        }
        assert (item["connection_type"], item["ke_aop_context"], item["ke_bio_level"]) == (
            "causative",
            ["AOP 144"],
            "Cellular",
        )

    def test_siblings_have_their_own_names(self, reader: httpx.Client) -> None:
        (item,) = reader.get("/api/v1/go-mappings").json()["data"]
        assert (item["go_term_id"], item["go_namespace"]) == ("GO:0072593", "biological_process")
        assert item["go_term_name"] == "reactive oxygen species metabolic process"
        assert reader.get("/api/v1/reactome-mappings").json()["data"] == []

    def test_the_envelope_is_the_one_that_is_known(self, reader: httpx.Client) -> None:
        answer = reader.get("/api/v1/mappings?per_page=2").json()
        next = answer["pagination"].pop("next")
        assert next.startswith(f"{reader.base_url}".rstrip("/") + "/api/v1/mappings?")
        assert answer["pagination"] == {"page": 1, "per_page": 2, "total": 3, "total_pages": 2, "prev": None}
        last = reader.get(next).json()["pagination"]
        assert (last["page"], last["next"]) == (2, None)
        assert reader.get("/api/v1/mappings").json()["pagination"]["per_page"] == 50

    def test_aops_say_how_far_they_are(self, reader: httpx.Client) -> None:
        aops = {aop["aop_id"]: aop for aop in pages(reader, "/api/v1/aops?per_page=1")}
        assert aops["AOP 144"] == {
            "aop_id": "AOP 144",
            "aop_title": "Lysosomal damage leading to liver fibrosis",
            "ke_count": 3,
            "mapped_ke_count": 2,
            "wikipathways_ke_count": 2,
            "go_ke_count": 1,
            "reactome_ke_count": 0,
        }


class TestMore:
    def test_all_sources_are_one_list(self, reader: httpx.Client) -> None:
        items = list(pages(reader, "/api/v1/all-mappings?per_page=3"))
        assert [item["source"] for item in items] == ["wikipathways", "wikipathways", "go", "wikipathways"]

    def test_one_mapping_has_an_address(self, reader: httpx.Client) -> None:
        item = reader.get("/api/v1/mappings").json()["data"][0]
        assert reader.get(f"/api/v1/all-mappings/{item['uuid']}").json()["data"] == item

    def test_the_order_stays_while_people_decide(self, reader: httpx.Client, keyway: Keyway) -> None:
        first = reader.get("/api/v1/all-mappings?per_page=2").json()
        publishing.publish(keyway.database, (55, WP408))  # comes first from now on
        rest = list(pages(reader, first["pagination"]["next"]))
        seen = [item["uuid"] for item in first["data"] + rest]
        assert len(set(seen)) == len(seen) == 4

    def test_nothing_is_missed_where_mappings_end_between_two_pages(self, reader: httpx.Client, keyway: Keyway) -> None:
        first = reader.get("/api/v1/all-mappings?per_page=1").json()
        second = reader.get(first["pagination"]["next"]).json()
        with connection.writer(keyway.database) as db, connection.transaction(db):
            publishing.retire(db, 149, publishing.WP1742)
            publishing.retire(db, 149, WP254)
        rest = list(pages(reader, second["pagination"]["next"]))
        assert [item.get("go_term_id") or item["pathway_id"] for item in rest] == ["GO:0072593", "WP408"]

    def test_nor_among_those_that_ended_where_one_comes_back(self, reader: httpx.Client, keyway: Keyway) -> None:
        with connection.writer(keyway.database) as db, connection.transaction(db):
            publishing.retire(db, 149, publishing.WP1742)
            publishing.retire(db, 149, WP254)
        first = reader.get("/api/v1/retired?per_page=1").json()
        publishing.publish(keyway.database, (149, WP254))
        rest = list(pages(reader, first["pagination"]["next"]))
        assert [item["target_id"] for item in (*first["data"], *rest)] == ["WP254", "WP1742"]

    def test_who_read_it_once_learns_of_changes_and_ends(self, reader: httpx.Client, keyway: Keyway) -> None:
        assert reader.get("/api/v1/mappings?updated_since=2026-11-24").json()["data"] == []
        assert len(reader.get("/api/v1/mappings?updated_since=2026-11-23").json()["data"]) == 3
        with connection.writer(keyway.database) as db, connection.transaction(db):
            publishing.retire(db, 149, WP254, "about another cell")
        (ended,) = reader.get("/api/v1/retired?updated_since=2026-11-23T00:00:00Z").json()["data"]
        assert (ended["target_id"], ended["reason"]) == ("WP254", "about another cell")
        assert reader.get(f"/api/v1/all-mappings/{ended['uuid']}").status_code == 404

    def test_a_program_that_has_it_gets_nothing(self, reader: httpx.Client, keyway: Keyway) -> None:
        one = f"/api/v1/all-mappings/{reader.get('/api/v1/mappings').json()['data'][0]['uuid']}"
        for path in ("/api/v1/mappings", "/api/v1/aops", "/api/v1/retired", one):
            tag = reader.get(path).headers["etag"]
            assert reader.get(path, headers={"If-None-Match": tag}).status_code == 304
        publishing.publish(keyway.database, (55, GO))
        assert reader.get("/api/v1/mappings", headers={"If-None-Match": tag}).status_code == 200

    @pytest.mark.parametrize("how", [{"params": {"format": "csv"}}, {"headers": {"Accept": "text/csv"}}])
    def test_csv_is_the_whole_set(self, reader: httpx.Client, how: dict[str, dict[str, str]]) -> None:
        answer = reader.get("/api/v1/go-mappings", **how)  # type: ignore[arg-type]
        assert answer.headers["content-type"].startswith("text/csv")
        assert "Accept" in answer.headers["vary"].split(", ")
        header, row = answer.text.splitlines()
        assert header.startswith("uuid,ke_id,ke_name,go_term_id,go_term_name,confidence_level,suggestion_score")
        assert header.endswith("assessment_version,go_namespace,go_direction,go_definition,go_ic,go_depth")
        assert "GO:0072593" in row


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("/api/v1/mappings?per_page=201", "per_page is '201'"),
        ("/api/v1/mappings?page=0", "page is '0'"),
        ("/api/v1/mappings?after=x", "no place in this list"),
        ("/api/v1/mappings?format=xml", "json, csv"),
        ("/api/v1/mappings?colour=red", "colour is no field here"),
        ("/api/v1/aops?source=go", "source is no field here"),
        ("/api/v1/retired?updated_since=x", "expected a time"),
        ("/api/v1/retired?after=149~go:GO:0072593", "no place in this list"),
        ("/api/v1/mappings?ke_id=0", "ke_id is '0', expected a number, like KE 149."),
        ("/api/v1/mappings?source=go", "source is “go”; this address has wikipathways only."),
    ],
)
def test_a_wrong_field_is_named(visit: Visit, address: str, words: str) -> None:
    answer = visit(None).get(address)
    assert answer.status_code == 422
    assert words in answer.json()["error"]["message"]


def test_what_is_not_there_is_said_in_json(visit: Visit) -> None:
    for address in ("/api/v1/nothing", "/api/v1/all-mappings/6d6f7f4e-0000-4000-8000-000000000000"):
        answer = visit(None).get(address)
        assert (answer.status_code, answer.json()["error"]["status"]) == (404, 404)
        assert "/api/v1" in answer.json()["error"]["message"]


def test_what_is_asked_for_in_another_way_is_told_the_right_one(visit: Visit) -> None:
    answer = visit(None).delete("/api/v1/mappings")
    assert answer.status_code == 405
    assert answer.json()["error"]["message"] == "/api/v1/mappings does not take DELETE; it takes GET, HEAD."


def test_any_web_page_may_read_answers_and_refusals(visit: Visit) -> None:
    for address in ("/api/v1/mappings", "/api/v1/mappings?page=0", "/api/v1/nothing", "/exports/mappings.pdf"):
        headers = visit(None).get(address).headers
        assert headers["access-control-allow-origin"] == headers["access-control-expose-headers"] == "*", address
