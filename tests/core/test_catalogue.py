"""Importing a catalogue: what changes, what stays, what is refused."""

import multiprocessing
import sqlite3
import time
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from multiprocessing.synchronize import Event
from pathlib import Path

import pytest

from core import catalogue
from core.errors import Conflict, Invalid, NotFound
from core.ingest.files import AopWikiFiles, SourceFiles
from core.ingest.neutral import File
from core.model import Source, Target, TargetKey
from core.store import connection, key_events, queue, snapshots, targets
from tests import catalogues
from tests.catalogues import NOW, PATHWAY_GENES, PATHWAYS, bring, entries, lines, pathways

DATA = Path(catalogue.__file__).with_name("data")
LOCK_SECONDS = 2.0
REAL_SIZE = 10_921  # terms of GO in the real catalogue, with 12 genes each


def get(path: Path, accession: str) -> Target:
    with connection.reader(path) as db:
        return targets.get(db, TargetKey(Source.WIKIPATHWAYS, accession))


def hits(path: Path, text: str) -> list[str]:
    with connection.reader(path) as db:
        return [hit.key.accession for hit in targets.search(db, text)]


def test_a_first_import_brings_everything_and_counts_it(tmp_path: Path) -> None:
    path = catalogues.empty(tmp_path)
    of_aop_wiki, of_pathways = bring(path, catalogues.AOP_WIKI_FILES, catalogues.PATHWAY_FILES)
    assert (of_pathways.snapshot.total, of_pathways.snapshot.added, of_pathways.unchanged) == (4, 4, 0)
    assert of_pathways.skipped == {"wp_genes.json": 1}
    assert of_aop_wiki.skipped == {"aops.json": 1, "arrows.jsonl": 1, "ke_genes.json": 1}
    assert of_pathways.snapshot.imported_at == NOW
    with connection.reader(path) as db:
        assert snapshots.in_force(db) == {"aopwiki": of_aop_wiki.snapshot, "wikipathways": of_pathways.snapshot}


def test_the_checksum_is_what_a_shell_computes(tmp_path: Path) -> None:
    files = catalogues.PATHWAY_FILES
    assert files.gene_sets is not None
    (report,) = bring(catalogues.empty(tmp_path), files)
    assert report.snapshot.sha256 == sha256(files.targets.content + files.gene_sets.content).hexdigest()


def test_the_same_files_again_change_nothing(tmp_path: Path) -> None:
    path = catalogues.small(tmp_path)
    with connection.reader(path) as db:
        before = targets.everything(db, Source.WIKIPATHWAYS), key_events.everything(db)
        members, arrows = key_events.memberships(db), key_events.relationships(db)
    reports = bring(path, catalogues.AOP_WIKI_FILES, catalogues.PATHWAY_FILES, catalogues.TERM_FILES)
    assert [(each.snapshot.added, each.snapshot.changed, each.snapshot.withdrawn) for each in reports] == [
        (0, 0, 0)
    ] * 3
    with connection.reader(path) as db:
        assert (targets.everything(db, Source.WIKIPATHWAYS), key_events.everything(db)) == before
        assert (key_events.memberships(db), key_events.relationships(db)) == (members, arrows)


def test_what_vanished_is_withdrawn_with_all_that_is_known_and_comes_back(tmp_path: Path) -> None:
    path = catalogues.small(tmp_path)
    known = get(path, "WP254")
    (gone,) = bring(path, pathways(*PATHWAYS[1:], genes=PATHWAY_GENES), accept_shrink=True)
    assert (gone.snapshot.withdrawn, gone.unchanged) == (1, 3)
    assert get(path, "WP254") == replace(known, withdrawn=True)
    assert "WP254" not in hits(path, "apoptosis")
    with connection.reader(path) as db:
        assert targets.counts(db)[Source.WIKIPATHWAYS] == 3
        assert "WP254" not in targets.accessions(db, Source.WIKIPATHWAYS)
    (back,) = bring(path, pathways(*PATHWAYS, genes=PATHWAY_GENES))
    assert (back.snapshot.added, back.back) == (1, 1)
    assert get(path, "WP254") == known
    assert hits(path, "apoptosis")[0] == "WP254"


def test_a_changed_row_is_written_and_found_under_its_new_words_only(tmp_path: Path) -> None:
    path = catalogues.small(tmp_path)
    renamed = {"id": "WP254", "title": "Programmed cell death"}
    (report,) = bring(path, pathways(renamed, *PATHWAYS[1:], genes=PATHWAY_GENES | {"WP254": ["FAS"]}))
    assert (report.snapshot.added, report.snapshot.changed, report.unchanged) == (0, 1, 3)
    assert (get(path, "WP254").title, get(path, "WP254").genes) == ("Programmed cell death", ("FAS",))
    assert hits(path, "programmed") == ["WP254"] == hits(path, "fas")
    assert "WP254" not in hits(path, "apoptosis") + hits(path, "casp3")


def test_without_a_gene_file_the_genes_stay(tmp_path: Path) -> None:
    path = catalogues.small(tmp_path)
    (report,) = bring(path, pathways(*PATHWAYS))
    assert report.unchanged == 4
    assert get(path, "WP254").genes == ("CASP3", "TNF", "TP53")


def test_decisions_keep_what_they_point_to(tmp_path: Path) -> None:
    path = catalogues.small(tmp_path)
    decide(path)
    fewer = AopWikiFiles(lines(*catalogues.KEY_EVENTS[1:]), aops=entries({"KE 344": catalogues.AOPS["KE 344"]}))
    bring(path, fewer, pathways(*PATHWAYS[1:]), accept_shrink=True)
    with connection.reader(path) as db:
        assert key_events.get(db, 149).withdrawn
        assert [place.aop.id for place in key_events.memberships_of(db, 149)] == [144]
        assert key_events.memberships_of(db, 1115) == []
        assert [row.id for row in queue.page(db, queue.Filter()).rows] == [55, 344, 1115]
        assert db.execute("SELECT count(*) FROM decision").fetchone()[0] == 1
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []


def test_an_aop_that_nothing_is_in_any_more_is_gone(tmp_path: Path) -> None:
    path = catalogues.small(tmp_path)
    without_38 = catalogues.AOPS | {"KE 344": catalogues.AOPS["KE 344"][:1]}
    bring(path, AopWikiFiles(lines(*catalogues.KEY_EVENTS), aops=entries(without_38)))
    with connection.reader(path) as db:
        assert [aop.id for aop in queue.aops(db)] == [144]
        assert len(key_events.relationships(db)) == 2
        assert db.execute("SELECT count(*) FROM aop").fetchone()[0] == 1


def test_an_arrow_of_an_unknown_aop_is_skipped(tmp_path: Path) -> None:
    arrows = lines({"aop_id": "AOP 5", "upstream": "KE 149", "downstream": "KE 344"}, name="arrows.jsonl")
    (report,) = bring(catalogues.empty(tmp_path), AopWikiFiles(lines(*catalogues.KEY_EVENTS), relationships=arrows))
    assert report.skipped == {"arrows.jsonl": 1}


def test_one_bad_row_stops_everything(tmp_path: Path) -> None:
    path = catalogues.empty(tmp_path)
    with pytest.raises(Invalid, match="wp.jsonl, row 5: title is missing"):
        bring(path, catalogues.AOP_WIKI_FILES, pathways(*PATHWAYS, {"id": "WP1"}))
    with connection.reader(path) as db:
        assert key_events.ids(db) == []
        assert snapshots.in_force(db) == {}


def test_a_file_that_broke_off_is_refused_until_somebody_accepts_it(tmp_path: Path) -> None:
    path = catalogues.empty(tmp_path)
    rows = [{"id": f"WP{number}", "title": f"Pathway {number}"} for number in range(1, 101)]
    bring(path, pathways(*rows))
    bring(path, pathways(*rows[:90]))
    with pytest.raises(Invalid, match="wp.jsonl has 80 rows where 90 stand now.*--accept-shrink"):
        bring(path, pathways(*rows[:80]))
    (report,) = bring(path, pathways(*rows[:80]), accept_shrink=True)
    assert report.snapshot.withdrawn == 10


def test_of_two_imports_at_the_same_time_the_second_is_told(tmp_path: Path) -> None:
    path = catalogues.empty(tmp_path)
    with connection.reader(path) as db:
        plan = catalogue.plan(db, catalogues.TERM_FILES)
    bring(path, catalogues.TERM_FILES)
    with pytest.raises(Conflict, match="go"), connection.writer(path) as db, connection.transaction(db):
        catalogue.carry_out(db, plan, release="test", now=NOW)


def test_an_import_that_is_stopped_while_it_writes_leaves_nothing(tmp_path: Path) -> None:
    path = catalogues.empty(tmp_path)
    with connection.reader(path) as db:
        plan = catalogue.plan(db, catalogues.PATHWAY_FILES)

    def stopped(rows: object, what: str) -> object:
        yield from list(rows)[:2]  # type: ignore[call-overload]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), connection.writer(path) as db, connection.transaction(db):
        catalogue.carry_out(db, plan, release="test", now=NOW, watch=stopped)  # type: ignore[arg-type]
    with connection.reader(path) as db, pytest.raises(NotFound):
        targets.get(db, TargetKey(Source.WIKIPATHWAYS, "WP254"))


def test_a_row_names_the_snapshot_that_changed_it_last(tmp_path: Path) -> None:
    path = catalogues.small(tmp_path)
    later = NOW + timedelta(days=30)
    (report,) = bring(path, pathways({"id": "WP254", "title": "Cell death"}, *PATHWAYS[1:]), now=later)
    with connection.reader(path) as db:
        rows = db.execute("SELECT accession, snapshot FROM target WHERE source = 'wikipathways'").fetchall()
    assert [row["accession"] for row in rows if row["snapshot"] == report.snapshot.id] == ["WP254"]


def test_others_decide_while_a_catalogue_of_the_real_size_comes(tmp_path: Path) -> None:
    path = catalogues.empty(tmp_path)
    terms = [
        {
            "id": f"GO:{number:07}",
            "title": f"regulation of process {number} in tissue {number % 97}",
            "description": f"Any process number {number} that modulates the frequency, rate or extent of it. " * 2,
            "synonyms": [f"control of {number}", f"modulation of {number}"],
        }
        for number in range(1, REAL_SIZE + 1)
    ]
    genes = {
        term["id"]: [f"GENE{(index * 31 + step * 7) % 15_000}" for step in range(12)]
        for index, term in enumerate(terms)
    }
    context = multiprocessing.get_context("spawn")
    begun, ended, waits = context.Event(), context.Event(), context.Queue()
    curator = context.Process(target=keep_writing, args=(path, begun, ended, waits))
    curator.start()
    assert begun.wait(30)
    with connection.reader(path) as db:
        plan = catalogue.plan(db, SourceFiles(Source.GO, lines(*terms), entries(genes)))
    with connection.writer(path) as db:
        start = time.process_time()
        with connection.transaction(db):
            report = catalogue.carry_out(db, plan, release="test", now=NOW)
        held = time.process_time() - start
    ended.set()
    written, longest = waits.get(timeout=30)
    curator.join()
    assert report.snapshot.added == REAL_SIZE
    assert held < LOCK_SECONDS  # of this process: what else the machine does is not in it
    assert longest < connection.BUSY_TIMEOUT_MS / 1000
    with connection.reader(path) as db:
        assert db.execute("SELECT count(*) FROM session").fetchone()[0] == written > 10


def keep_writing(path: Path, begun: Event, ended: Event, waits: "multiprocessing.Queue[tuple[int, float]]") -> None:
    """Another process that writes all the time: how often it did, and how long it had to wait at most."""
    written, longest = 0, 0.0
    with connection.writer(path) as db:
        with connection.transaction(db):
            add_person(db)
        while not ended.is_set():
            start = time.monotonic()
            with connection.transaction(db):
                db.execute("INSERT INTO session VALUES (:digest, 1, '', '')", {"digest": str(written)})
            written, longest = written + 1, max(longest, time.monotonic() - start)
            begun.set()
            time.sleep(0.02)
    waits.put((written, longest))


def add_person(db: sqlite3.Connection) -> None:
    db.execute(
        "INSERT INTO person (id, issuer, subject, login, role, created_at)"
        " VALUES (1, 'https://github.com', 1, 'curator', 'curator', '')"
    )


def decide(path: Path) -> None:
    """One decision on KE 149 and WP254."""
    with connection.writer(path) as db, connection.transaction(db):
        add_person(db)
        db.execute("INSERT INTO pair (id, key_event, target) SELECT 1, 149, id FROM target WHERE accession = 'WP254'")
        db.execute(
            "INSERT INTO decision (id, uuid, pair, person, act, base_version, idempotency_key, at)"
            " VALUES (1, 'a', 1, 1, 'reject', 0, 'key', '')"
        )


@pytest.mark.parametrize("source", Source)
def test_the_embedded_catalogue_of_a_source_comes_whole(tmp_path: Path, source: Source) -> None:
    rows, genes = DATA / f"{source}.jsonl", DATA / f"{source}_genes.json"
    path = catalogues.empty(tmp_path)
    (report,) = bring(path, SourceFiles(source, read(rows), read(genes)))
    assert report.snapshot.added == len(rows.read_text("utf-8").splitlines())
    assert report.skipped == {genes.name: 0}


def test_the_embedded_key_events_come_whole(tmp_path: Path) -> None:
    names = ("key_events.jsonl", "aops.json", "aop_relationships.jsonl", "key_event_genes.json")
    path = catalogues.empty(tmp_path)
    (report,) = bring(path, AopWikiFiles(*(read(DATA / name) for name in names)))
    assert report.snapshot.added == len((DATA / names[0]).read_text("utf-8").splitlines())
    assert set(report.skipped.values()) == {0}


def read(path: Path) -> File:
    return File(path.name, path.read_bytes())
