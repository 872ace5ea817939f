"""The gate of SSSOM: rows written = rows kept by `sssom` = rows kept by `sssom-pydantic`, and the header is there.

`sssom validate` exits with 0 on rows that it drops, so its exit code says nothing: the rows are counted.
"""

import warnings
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from core.ingest import mappings
from core.ingest.mappings import Brought
from core.ingest.neutral import File
from tests.contract.conftest import TITLES
from tests.contract.readers import parse_sssom_table, sssom_pydantic, write_table

Fetch = Callable[[str], Path]
HEADER = {"sssom_version", "curie_map", "license", "mapping_set_id", "mapping_set_version"}
COLUMNS = """
record_id subject_id subject_label subject_category predicate_id object_id object_label object_category
mapping_justification author_id author_label reviewer_id reviewer_label object_source object_source_version mapping_date
review_date confidence reviewer_agreement curation_rule_text comment
"""
KINDS = {"positive": 6, "negative": 1, "no-target": 3}


def parts(path: Path) -> tuple[dict[str, object], list[dict[str, str]]]:
    """The metadata and the rows that were written, by nothing but splitting."""
    lines = path.read_text("utf-8").split("\n")[:-1]
    metadata = yaml.safe_load("\n".join(line[1:] for line in lines if line.startswith("#")))
    names, *rows = [line.split("\t") for line in lines if not line.startswith("#")]
    return metadata, [dict(zip(names, row, strict=True)) for row in rows]


@pytest.mark.parametrize("query", ["", "?source=wikipathways"])
@pytest.mark.parametrize("kind", KINDS)
def test_both_readers_keep_every_row(fetch: Fetch, kind: str, query: str) -> None:
    path = fetch(f"/exports/{kind}.sssom.tsv{query}")
    metadata, rows = parts(path)
    assert metadata.keys() == HEADER
    if not query:
        assert len(rows) == KINDS[kind]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        kept = parse_sssom_table(str(path)).df
        mappings, _, _ = sssom_pydantic.read(path)
    assert len(rows) == len(kept) == len(mappings)


def test_every_column_of_the_contract_is_there_and_none_is_empty(fetch: Fetch) -> None:
    _, rows = parts(fetch("/exports/positive.sssom.tsv"))
    assert list(rows[0]) == COLUMNS.split()
    for name in rows[0]:
        assert any(row[name] for row in rows), name
    assert {(row["predicate_id"], row["confidence"]) for row in rows} == {
        ("skos:relatedMatch", "0.9"),
        ("skos:narrowMatch", "0.7"),
        ("skos:broadMatch", "0.5"),
        ("skos:exactMatch", "0.7"),
    }
    assert {row["author_id"] for row in rows} == {"github:curator"}


def test_titles_survive_on_one_line(fetch: Fetch) -> None:
    path = fetch("/exports/positive.sssom.tsv")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        kept = parse_sssom_table(str(path)).df
    told = dict(zip(kept["object_id"], kept["object_label"], strict=True))
    assert told.items() >= {f"wikipathways:{id}": " ".join(title.split()) for id, title in TITLES.items()}.items()


def test_a_rejection_is_a_mapping_with_not(fetch: Fetch) -> None:
    _, (row,) = parts(fetch("/exports/negative.sssom.tsv"))
    assert (row["subject_id"], row["predicate_modifier"], row["object_id"]) == (
        "aop.events:149",
        "Not",
        "wikipathways:WP408",
    )
    assert row["comment"] == "only a marker"


def test_a_key_event_without_a_target_says_so_for_each_source(fetch: Fetch) -> None:
    _, rows = parts(fetch("/exports/no-target.sssom.tsv"))
    assert {(row["subject_id"], row["object_id"]) for row in rows} == {("aop.events:344", "sssom:NoTermFound")}
    assert {row["object_source"] for row in rows} == {"infores:go", "infores:reactome", "infores:wikipathways"}


def test_a_source_without_a_mapping_gives_a_valid_empty_file(fetch: Fetch) -> None:
    path = fetch("/exports/positive.sssom.tsv?source=reactome")
    metadata, rows = parts(path) if path.read_text().count("\n") else ({}, [])
    assert (metadata.keys(), rows) == (HEADER, [])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        mappings, _, _ = sssom_pydantic.read(path)
    assert len(mappings) == 0


def _written_by_sssom(path: Path, to: Path) -> None:
    write_table(parse_sssom_table(str(path)), to)


def _written_by_sssom_pydantic(path: Path, to: Path) -> None:
    found, converter, metadata = sssom_pydantic.read(path)
    sssom_pydantic.write(found, to, metadata=metadata, converter=converter)


@pytest.mark.parametrize("write", [_written_by_sssom, _written_by_sssom_pydantic])
def test_what_its_tools_make_of_it_is_imported_as_if_it_were_ours(
    fetch: Fetch, tmp_path: Path, write: Callable[[Path, Path], None]
) -> None:
    ours, theirs = fetch("/exports/positive.sssom.tsv"), tmp_path / "theirs.sssom.tsv"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        write(ours, theirs)
    assert theirs.read_text("utf-8") != ours.read_text("utf-8")
    assert imported(theirs) == imported(ours)


def imported(path: Path) -> tuple[str, list[Brought]]:
    """What an import takes from a file, but for the names of people, which not every tool keeps."""
    bundle = mappings.from_sssom(File("file", path.read_bytes()))
    found = [
        replace(each, place="", author=replace(each.author, name=""), approver=replace(each.approver, name=""))
        for each in bundle.mappings
    ]
    return bundle.origin, sorted(found, key=lambda each: each.uuid)
