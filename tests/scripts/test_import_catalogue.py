"""`python -m scripts.import_catalogue` and `python -m scripts.migrate`, as an operator runs them."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from core.model import Source
from core.store import connection, genes, key_events, snapshots, targets
from tests import catalogues
from tests.catalogues import AOPS, GENES, KEY_EVENTS, PATHWAY_GENES, PATHWAYS, RELATIONSHIPS

CORPUS = os.environ.get("CORPUS", "")


def command(name: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", f"scripts.{name}", *map(str, arguments)], capture_output=True, text=True, timeout=120
    )


def written(path: Path, *rows: object) -> Path:
    path.write_text("\n".join(json.dumps(row) for row in rows), "utf-8")
    return path


@pytest.fixture
def files(tmp_path: Path) -> list[object]:
    """The arguments that name the small catalogue's files, both groups."""
    return [
        *("--source", "wikipathways", "--jsonl", written(tmp_path / "wp.jsonl", *PATHWAYS)),
        *("--gene-sets", written(tmp_path / "wp_genes.json", PATHWAY_GENES)),
        *("--key-events", written(tmp_path / "ke.jsonl", *KEY_EVENTS)),
        *("--aops", written(tmp_path / "aops.json", AOPS)),
        *("--aop-relationships", written(tmp_path / "arrows.jsonl", *RELATIONSHIPS)),
        *("--genes", written(tmp_path / "ke_genes.json", GENES)),
    ]


def test_an_operator_makes_a_database_and_imports_both_groups_in_one_call(tmp_path: Path, files: list[object]) -> None:
    path = tmp_path / "data" / "keyway.db"
    made = command("migrate", "--db", path)
    assert (made.returncode, made.stderr) == (0, "")
    assert "applied 0001_first" in made.stdout
    done = command("import_catalogue", "--db", path, *files, "--release", "2024-04")
    assert done.returncode == 0, done.stderr
    assert "wikipathways 2024-04: 4 rows, 0 before\n  4 added" in done.stdout
    assert "1 entry of wp_genes.json skipped: not of what was imported\n" in done.stdout
    assert "0 entries" not in done.stdout and " back" not in done.stdout
    assert f"next: python -m scripts.precompute --db {path} --out {path.parent / 'vectors'}" in done.stdout
    assert "Reading wp.jsonl" in done.stderr
    with connection.reader(path) as db:
        assert len(key_events.ids(db)) == 4
        assert targets.counts(db)[Source.WIKIPATHWAYS] == 4
        assert {each.release for each in snapshots.in_force(db).values()} == {"2024-04"}


def test_a_second_import_says_that_nothing_changed(tmp_path: Path, files: list[object]) -> None:
    path = catalogues.small(tmp_path)
    done = command("import_catalogue", "--db", path, *files)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("  0 added") == done.stdout.count("  0 changed") == 2


def test_ids_of_genes_at_ncbi_come_beside_the_targets(tmp_path: Path, files: list[object]) -> None:
    path = catalogues.empty(tmp_path)
    ids = written(tmp_path / "ncbi.json", catalogues.NCBI_GENES)
    done = command("import_catalogue", "--db", path, *files, "--ncbi-genes", ids)
    assert done.returncode == 0, done.stderr
    assert "  3 genes with their ids at NCBI, from ncbi.json\n" in done.stdout
    with connection.reader(path) as db:
        assert genes.ncbi(db) == {"CASP3": 836, "SOD1": 6647, "TP53": 7157}


def test_a_bad_row_ends_with_a_message_and_nothing_written(tmp_path: Path, files: list[object]) -> None:
    path = catalogues.empty(tmp_path)
    written(tmp_path / "wp.jsonl", *PATHWAYS, {"id": "WP0", "title": "Zero"})
    refused = command("import_catalogue", "--db", path, *files)
    assert (refused.returncode, refused.stdout) == (2, "")
    assert 'wp.jsonl, row 5: id is "WP0", expected an id of WikiPathways like WP254' in refused.stderr
    assert "Traceback" not in refused.stderr
    with connection.reader(path) as db:
        assert key_events.ids(db) == []


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "nothing to import"),
        (["--source", "go"], "--source and --jsonl go together"),
        (["--ncbi-genes", "x.json"], "--gene-sets and --ncbi-genes need --source and --jsonl"),
        (["--genes", "x.json"], "need --key-events"),
        (["--source", "kegg", "--jsonl", "x"], "invalid choice: 'kegg'"),
        (["--source", "go", "--jsonl", "nowhere.jsonl"], "cannot read nowhere.jsonl: No such file or directory"),
    ],
)
def test_a_wrong_call_is_told_what_is_missing(tmp_path: Path, arguments: list[str], message: str) -> None:
    refused = command("import_catalogue", "--db", catalogues.empty(tmp_path), *arguments)
    assert refused.returncode == 2
    assert message in refused.stderr
    assert "Traceback" not in refused.stderr


@pytest.mark.parametrize("name", ["import_catalogue", "migrate"])
def test_a_file_that_is_no_database_is_named(tmp_path: Path, files: list[object], name: str) -> None:
    path = tmp_path / "keyway.db"
    path.write_text("not a database at all " * 100)
    refused = command(name, "--db", path, *(files if name == "import_catalogue" else ()))
    assert refused.returncode == 2
    assert str(path) in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_database_from_the_future_is_refused(tmp_path: Path, files: list[object]) -> None:
    path = catalogues.empty(tmp_path)
    with connection.writer(path) as db:
        db.execute("PRAGMA user_version = 999")
    for refused in (command("migrate", "--db", path), command("import_catalogue", "--db", path, *files)):
        assert refused.returncode == 2
        assert "is at schema 999" in refused.stderr


def test_without_a_database_the_import_says_how_to_make_one(tmp_path: Path, files: list[object]) -> None:
    refused = command("import_catalogue", "--db", tmp_path / "none.db", *files)
    assert refused.returncode == 2
    assert "python -m scripts.migrate --db" in refused.stderr
    assert not (tmp_path / "none.db").exists()


def test_a_rebuild_ends_well_on_an_undecided_catalogue(tmp_path: Path) -> None:
    done = command("migrate", "--db", catalogues.small(tmp_path), "--rebuild")
    assert done.returncode == 0, done.stderr
    assert "made again from the decisions on 0 pairs" in done.stdout


# The command itself, with somebody who presses Ctrl-C when half of the rows are written
CTRL_C = """
import signal
from scripts import import_catalogue
from scripts.command import run

shown = import_catalogue.watch

def watch(rows, what):
    for place, row in enumerate(shown(rows, what)):
        if what == "Writing go" and place == len(rows) // 2:
            signal.raise_signal(signal.SIGINT)
        yield row

import_catalogue.watch = watch
run(import_catalogue.main)
"""


def test_ctrl_c_leaves_nothing_half_written(tmp_path: Path) -> None:
    path = catalogues.empty(tmp_path)
    rows = written(tmp_path / "go.jsonl", *({"id": f"GO:{number:07}", "title": "Process"} for number in range(200)))
    call = [sys.executable, "-c", CTRL_C, "--db", path, "--source", "go", "--jsonl", rows]
    done = subprocess.run(call, capture_output=True, text=True, check=False)
    assert done.returncode == 130, done.stderr
    assert "Writing go" in done.stderr and "Traceback" not in done.stderr
    with connection.reader(path) as db:
        assert targets.counts(db)[Source.GO] == 0
        assert snapshots.in_force(db) == {}


@pytest.mark.corpus
@pytest.mark.skipif(not CORPUS, reason="CORPUS names no folder")
def test_the_real_catalogue_comes_twice_and_the_second_time_changes_nothing(tmp_path: Path) -> None:
    path, corpus = catalogues.empty(tmp_path), Path(CORPUS)
    groups = [
        ["--key-events", "ke.jsonl", "--aops", "ke_aop_membership.json", "--genes", "ke_genes.json"],
        ["--source", "wikipathways", "--jsonl", "wp.jsonl", "--gene-sets", "wp_gene_sets.json"],
        ["--source", "go", "--jsonl", "go.jsonl", "--gene-sets", "go_gene_sets.json"],
        ["--source", "reactome", "--jsonl", "reactome.jsonl", "--gene-sets", "reactome_gene_sets.json"],
    ]
    for group in groups * 2:
        arguments = [str(corpus / each) if "json" in each and each[0] != "-" else each for each in group]
        done = command("import_catalogue", "--db", path, *arguments)
        assert done.returncode == 0, done.stderr
    with connection.reader(path) as db:
        assert len(key_events.ids(db)) == 1561
        assert list(targets.counts(db).values()) == [1012, 10921, 2504]
        assert [(each.added, each.changed, each.withdrawn) for each in snapshots.in_force(db).values()] == [
            (0, 0, 0)
        ] * 4
