"""Downloads: right bytes, right headers, the same bytes for the same data, and nothing twice for who has it."""

import asyncio
import csv
import io
import json
import re
from collections.abc import Callable
from dataclasses import replace

import httpx
import pytest

from core.publish import EXPORTS
from core.store import connection
from tests import catalogues, publishing
from tests.publishing import WP408, WP4341
from tests.servers import Keyway
from web import streaming

Visit = Callable[[str | None], httpx.Client]


@pytest.fixture
def reader(visit: Visit, keyway: Keyway) -> httpx.Client:
    """Somebody who is signed out, where a few mappings are in force."""
    publishing.several(keyway.database)
    return visit(None)


@pytest.mark.parametrize("name", EXPORTS)
class TestEvery:
    def test_two_exports_of_the_same_state_are_the_same_bytes(self, reader: httpx.Client, name: str) -> None:
        first, second = reader.get(f"/exports/{name}"), reader.get(f"/exports/{name}")
        assert first.status_code == 200
        assert first.content == second.content
        assert first.headers["etag"] == second.headers["etag"]

    def test_who_has_it_gets_nothing(self, reader: httpx.Client, name: str) -> None:
        first = reader.get(f"/exports/{name}")
        known = [("If-None-Match", '"another"'), ("If-None-Match", f'W/"a third", {first.headers["etag"]}')]
        again = reader.get(f"/exports/{name}", headers=known)
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["x-export-revision"] == first.headers["x-export-revision"]

    def test_it_says_which_state_it_shows(self, reader: httpx.Client, keyway: Keyway, name: str) -> None:
        first = reader.get(f"/exports/{name}")
        revision = first.headers["x-export-revision"]
        assert re.fullmatch(r"(d\d+\.)?m\d+\.s\d+\.p[0-9a-f]{8}(\.r.+)?", revision)
        assert revision in first.headers["content-disposition"]
        publishing.publish(keyway.database, (55, WP408))
        assert reader.get(f"/exports/{name}").headers["x-export-revision"] != revision

    def test_a_head_request_has_the_headers(self, reader: httpx.Client, name: str) -> None:
        head = reader.head(f"/exports/{name}")
        assert (head.status_code, head.content) == (200, b"")
        assert "content-length" not in head.headers
        assert head.headers["etag"] == reader.get(f"/exports/{name}").headers["etag"]

    def test_an_empty_one_is_valid(self, visit: Visit, name: str) -> None:
        answer = visit(None).get(f"/exports/{name}?source=reactome")
        assert answer.status_code == 200
        assert answer.headers["content-type"].partition(";")[0] == EXPORTS[name].media.partition(";")[0]


def test_a_file_is_called_after_what_is_in_it(reader: httpx.Client) -> None:
    for address, called in (
        ("mappings.csv", "keyway_mappings_"),
        ("positive.sssom.tsv?source=go", "keyway_go-positive_"),
        ("mappings.xlsx?tier=low", "keyway_mappings-selection_"),
        ("pairs.gmt?source=go&genes=ncbi&aop=144", "keyway_go-pairs-ncbi-selection_"),
        ("gmt/ke-wp?source=wikipathways", "keyway_ke-wp_"),
    ):
        assert f'filename="{called}' in reader.head(f"/exports/{address}").headers["content-disposition"]


class TestTables:
    def test_one_source_has_the_columns_of_the_contract(self, reader: httpx.Client) -> None:
        first = reader.get("/exports/mappings.csv?source=wikipathways").text.splitlines()[0]
        assert first == (
            "uuid,ke_id,ke_name,pathway_id,pathway_title,confidence_level,suggestion_score,approved_by,approved_at,"
            "proposed_by,connection_type,ke_aop_context,ke_bio_level,proposed_relationship,proposed_basis,"
            "proposed_specificity,proposed_coverage,assessment_version"
        )

    def test_all_sources_stand_in_one_table(self, reader: httpx.Client) -> None:
        rows = list(csv.DictReader(io.StringIO(reader.get("/exports/mappings.csv").text)))
        assert [(row["ke_id"], row["target_id"], row["relation"]) for row in rows] == [
            ("KE 149", "WP1742", "related"),
            ("KE 149", "WP254", "broader"),
            ("KE 1115", "GO:0072593", "equivalent"),
            ("KE 1115", "WP408", "related"),
        ]

    def test_descriptions_stand_where_the_contract_has_them(self, reader: httpx.Client, keyway: Keyway) -> None:
        with connection.writer(keyway.database) as db, connection.transaction(db):
            db.execute("UPDATE target SET description = 'What cells do' WHERE accession = 'GO:0072593'")
        (term,) = csv.DictReader(io.StringIO(reader.get("/exports/mappings.csv?source=go").text))
        assert term["go_definition"] == "What cells do"
        assert '"go_definition": "What cells do"' in reader.get("/exports/mappings.jsonl").text

    def test_a_filter_of_explore_narrows_it(self, reader: httpx.Client) -> None:
        lines = reader.get("/exports/mappings.jsonl?aop=144&tier=low&gene=TP53").text.splitlines()
        assert [json.loads(line)["pathway_id"] for line in lines] == ["WP254"]


class TestGeneSets:
    def test_the_field_s_addresses_serve_pairs(self, reader: httpx.Client) -> None:
        pathways = reader.get("/exports/gmt/ke-wp")
        assert pathways.text.splitlines() == [
            "KE149_Increase_Inflammation_WP254\tApoptosis\tCASP3\tTNF\tTP53",
            "KE1115_Increase_Reactive_oxygen_species_WP408\tOxidative stress response\tNFE2L2\tSOD1",
        ]
        assert reader.get("/exports/gmt/ke-reactome").text == ""

    def test_targets_without_genes_are_named(self, reader: httpx.Client) -> None:
        assert reader.get("/exports/gmt/ke-wp").headers["x-export-left-out"] == "WP1742"
        assert reader.get("/exports/pairs.gmt").headers["x-export-left-out"] == "GO:0072593, WP1742"

    def test_min_confidence_is_a_threshold(self, reader: httpx.Client) -> None:
        lines = reader.get("/exports/gmt/ke-wp?min_confidence=medium").text.splitlines()
        assert [line.partition("\t")[0][-5:] for line in lines] == ["WP408"]


class TestGeneSetsByNcbiId:
    @pytest.fixture
    def numbered(self, reader: httpx.Client, keyway: Keyway) -> httpx.Client:
        """The same reader, where the catalogue has ids of some genes."""
        catalogues.number_genes(keyway.database)
        return reader

    @pytest.mark.parametrize(
        "address", ["/exports/gmt/ke-wp?genes=ncbi", "/exports/pairs.gmt?genes=ncbi", "/exports/pairs-ncbi.gmt"]
    )
    def test_ids_stand_in_the_place_of_symbols(self, numbered: httpx.Client, address: str) -> None:
        answer = numbered.get(address)
        assert answer.text.splitlines() == [
            "KE149_Increase_Inflammation_WP254\tApoptosis\t836\t7157",
            "KE1115_Increase_Reactive_oxygen_species_WP408\tOxidative stress response\t6647",
        ]
        assert re.search(r'filename="keyway_(ke-wp|pairs)-ncbi_', answer.headers["content-disposition"])

    def test_a_key_event_has_the_ids_of_all_its_targets(self, numbered: httpx.Client, keyway: Keyway) -> None:
        publishing.publish(keyway.database, (149, WP408))
        first = numbered.get("/exports/key-events.gmt?genes=ncbi").text.splitlines()[0]
        assert first == "KE149_Increase_Inflammation\tIncrease, Inflammation\t836\t6647\t7157"

    def test_genes_without_an_id_are_named_and_sets_that_have_no_other(
        self, numbered: httpx.Client, keyway: Keyway
    ) -> None:
        publishing.publish(keyway.database, (55, WP4341))
        told = numbered.get("/exports/gmt/ke-wp?genes=ncbi").headers
        assert told["x-export-genes-left-out"] == "IL6, NFE2L2, TNF"
        assert told["x-export-left-out"] == "WP1742, WP4341"
        assert "x-export-genes-left-out" not in numbered.get("/exports/gmt/ke-wp").headers

    def test_without_ids_it_is_valid_and_empty(self, reader: httpx.Client) -> None:
        answer = reader.get("/exports/key-events.gmt?genes=ncbi")
        assert (answer.status_code, answer.content) == (200, b"")
        assert answer.headers["x-export-genes-left-out"] == "CASP3, NFE2L2, SOD1, TNF, TP53"

    def test_who_has_the_symbols_does_not_have_the_ids(self, numbered: httpx.Client) -> None:
        symbols, ids = (numbered.get(f"/exports/gmt/ke-wp?genes={names}") for names in ("symbols", "ncbi"))
        assert symbols.content == numbered.get("/exports/gmt/ke-wp").content
        assert symbols.headers["etag"] != ids.headers["etag"]
        again = numbered.get("/exports/gmt/ke-wp?genes=ncbi", headers={"If-None-Match": symbols.headers["etag"]})
        assert (again.status_code, again.content) == (200, ids.content)

    @pytest.mark.parametrize("address", ["/exports/gmt/ke-go", "/exports/pairs.gmt", "/exports/key-events-ncbi.gmt"])
    def test_other_names_are_refused_with_those_there_are(self, reader: httpx.Client, address: str) -> None:
        answer = reader.get(f"{address}?genes=entrez")
        assert (answer.status_code, answer.json()["error"]["field"]) == (422, "genes")
        assert "genes is 'entrez', expected one of: symbols, ncbi." in answer.json()["error"]["message"]

    def test_files_without_gene_sets_know_no_names_of_genes(self, reader: httpx.Client) -> None:
        answer = reader.get("/exports/mappings.csv?genes=ncbi")
        assert (answer.status_code, answer.json()["error"]["field"]) == (422, "genes")


class TestRefusals:
    def test_where_too_many_are_sent_at_once_it_says_when_to_come_again(
        self, visit: Visit, keyway: Keyway, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(streaming, "LONGEST_WAIT_S", 0)
        state = keyway.app.state
        state.site = replace(state.site, streams=asyncio.Semaphore(0))
        answer = visit(None).get("/exports/mappings.csv")
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
        assert "ask for this one again" in answer.json()["error"]["message"]

    @pytest.mark.parametrize(
        ("address", "status", "words"),
        [
            ("/exports/mappings.pdf", 404, "mappings.csv"),
            ("/exports/gmt/ke-kegg", 404, "ke-wp"),
            ("/exports/gmt/ke-wp?min_confidence=certain", 422, "high, medium, low"),
            ("/exports/gmt/ke-wp?min_confidence=", 422, "min_confidence"),
            ("/exports/mappings.csv?min_conf=high", 422, "min_conf is no field here"),
            ("/exports/mappings.csv?state=proposed", 422, "state is “proposed”: files and API hold mappings in force"),
            ("/exports/mappings.csv?aop=0", 422, "aop is '0', expected a number"),
            ("/exports/mappings.csv?aop=38&aop_id=144", 422, "aop_id and aop are one field by two names"),
            ("/api/v1/mappings?ke_id=149&key_event=149", 422, "ke_id and key_event are one field by two names"),
            ("/exports/gmt/ke-wp?source=go", 422, "wikipathways only"),
            ("/exports/mappings.csv?updated_since=soon", 422, "2026-11-23"),
            ("/exports/mappings.csv?updated_since=0001-01-01T00:00:00%2B14:00", 422, "2026-11-23"),
        ],
    )
    def test_what_cannot_be_is_said_with_the_way_out(self, visit: Visit, address: str, status: int, words: str) -> None:
        answer = visit(None).get(address)
        assert answer.status_code == status
        assert words in answer.json()["error"]["message"]
