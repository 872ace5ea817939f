"""Importing a catalogue: what changes, what stays, what is refused."""

import sqlite3
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from core import catalogue, planning
from core.errors import Conflict, Invalid, NotFound
from core.ingest.files import AopWikiFiles, Files, SourceFiles
from core.ingest.neutral import File, Watch, unwatched
from core.model import Source, Target, TargetKey
from core.planning import Plan
from core.store import chains, connection, found, gene_sets, genes, hits, key_events, queue, snapshots, targets
from tests import catalogues
from tests.catalogues import NOW, PATHWAY_GENES, PATHWAYS, bring, entries, lines, pathways

DATA = Path(catalogue.__file__).with_name("data")


def get(path: Path, accession: str) -> Target:
    with connection.reader(path) as db:
        return targets.get(db, TargetKey(Source.WIKIPATHWAYS, accession))


def accessions(path: Path, text: str) -> list[str]:
    with connection.reader(path) as db:
        return [hit.key.accession for hit in hits.targets(db, text)]


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
        members, arrows = key_events.memberships(db), chains.aop(db, 144).arrows
    reports = bring(path, catalogues.AOP_WIKI_FILES, catalogues.PATHWAY_FILES, catalogues.TERM_FILES)
    assert [(each.snapshot.added, each.snapshot.changed, each.snapshot.withdrawn) for each in reports] == [
        (0, 0, 0)
    ] * 3
    with connection.reader(path) as db:
        assert (targets.everything(db, Source.WIKIPATHWAYS), key_events.everything(db)) == before
        assert (key_events.memberships(db), chains.aop(db, 144).arrows) == (members, arrows)


def test_what_vanished_is_withdrawn_with_all_that_is_known_and_comes_back(tmp_path: Path) -> None:
    path = catalogues.small(tmp_path)
    known = get(path, "WP254")
    (gone,) = bring(path, pathways(*PATHWAYS[1:], genes=PATHWAY_GENES), accept_shrink=True)
    assert (gone.snapshot.withdrawn, gone.unchanged) == (1, 3)
    assert get(path, "WP254") == replace(known, withdrawn=True)
    assert "WP254" not in accessions(path, "apoptosis")
    with connection.reader(path) as db:
        assert targets.counts(db)[Source.WIKIPATHWAYS] == 3
        assert "WP254" not in targets.accessions(db, Source.WIKIPATHWAYS)
    (back,) = bring(path, pathways(*PATHWAYS, genes=PATHWAY_GENES))
    assert (back.snapshot.added, back.back) == (1, 1)
    assert get(path, "WP254") == known
    assert accessions(path, "apoptosis")[0] == "WP254"


def test_a_changed_row_is_written_and_found_under_its_new_words_only(tmp_path: Path) -> None:
    path = catalogues.small(tmp_path)
    renamed = {"id": "WP254", "title": "Programmed cell death"}
    (report,) = bring(path, pathways(renamed, *PATHWAYS[1:], genes=PATHWAY_GENES | {"WP254": ["FAS"]}))
    assert (report.snapshot.added, report.snapshot.changed, report.unchanged) == (0, 1, 3)
    assert (get(path, "WP254").title, get(path, "WP254").genes) == ("Programmed cell death", ("FAS",))
    assert accessions(path, "programmed") == ["WP254"] == accessions(path, "fas")
    assert "WP254" not in accessions(path, "apoptosis") + accessions(path, "casp3")


def test_without_a_gene_file_the_genes_stay(tmp_path: Path) -> None:
    path = catalogues.small(tmp_path)
    (report,) = bring(path, pathways(*PATHWAYS))
    assert report.unchanged == 4
    assert get(path, "WP254").genes == ("CASP3", "TNF", "TP53")


def ncbi(path: Path) -> dict[str, int]:
    with connection.reader(path) as db:
        return genes.ncbi(db)


def test_ids_at_ncbi_come_stay_where_none_are_given_and_follow_their_source(tmp_path: Path) -> None:
    path = catalogues.small(tmp_path)
    with connection.reader(path) as db:
        assert not genes.has_ncbi(db)
    catalogues.number_genes(path)
    assert ncbi(path) == {"CASP3": 836, "SOD1": 6647, "TP53": 7157}
    (report,) = bring(path, pathways(*PATHWAYS))
    assert (report.ncbi, len(ncbi(path))) == (None, 3)
    (report,) = bring(path, pathways(*PATHWAYS, ncbi={"TP53": 7157, "TNF": 7124}))
    assert report.ncbi and report.ncbi.ids == ncbi(path) == {"TNF": 7124, "TP53": 7157}


def test_a_gene_of_which_two_sources_tell_different_ids_has_none(tmp_path: Path) -> None:
    path = catalogues.small(tmp_path)
    catalogues.number_genes(path)
    told = replace(catalogues.TERM_FILES, ncbi=entries({"TP53": 7157, "SOD1": 1, "TNF": 7124}))
    bring(path, told)
    assert ncbi(path) == {"CASP3": 836, "TNF": 7124, "TP53": 7157}


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
        assert [id for (id,) in db.execute("SELECT id FROM aop")] == [144]
        assert len(chains.aop(db, 144).arrows) == 2


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
    plan = planned(path, catalogues.TERM_FILES)
    bring(path, catalogues.TERM_FILES)
    with pytest.raises(Conflict, match="go"):
        write(path, plan)


def test_and_so_is_one_whose_genes_another_has_swept_away(tmp_path: Path) -> None:
    path = catalogues.empty(tmp_path)
    plan = planned(path, catalogues.PATHWAY_FILES)
    with connection.writer(path) as db:
        sets = gene_sets.bring(db, {row.genes for row in plan.difference.written})
        gene_sets.sweep(db)
    with pytest.MonkeyPatch.context() as patch, pytest.raises(Conflict, match="import again"):
        patch.setattr(gene_sets, "bring", lambda *_: sets)
        write(path, plan)
    assert bring(path, catalogues.PATHWAY_FILES)[0].snapshot.added == 4


@pytest.mark.parametrize("at", ["Writing genes", "Writing wikipathways"])
def test_an_import_that_is_stopped_while_it_writes_leaves_nothing(tmp_path: Path, at: str) -> None:
    path = catalogues.empty(tmp_path)
    plan = planned(path, catalogues.PATHWAY_FILES)

    def stopped(rows: object, what: str) -> object:
        yield from list(rows)[: 1 if what == at else None]  # type: ignore[call-overload]
        if what == at:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write(path, plan, watch=stopped)
    with connection.reader(path) as db:
        assert targets.counts(db)[Source.WIKIPATHWAYS] == 0
        assert found.anything(db, "CASP3", None, 5).genes == ()
        with pytest.raises(NotFound):
            targets.get(db, TargetKey(Source.WIKIPATHWAYS, "WP254"))


def test_a_row_names_the_snapshot_that_changed_it_last(tmp_path: Path) -> None:
    path = catalogues.small(tmp_path)
    later = NOW + timedelta(days=30)
    (report,) = bring(path, pathways({"id": "WP254", "title": "Cell death"}, *PATHWAYS[1:]), now=later)
    with connection.reader(path) as db:
        rows = db.execute("SELECT accession, snapshot FROM target WHERE source = 'wikipathways'").fetchall()
    assert [row["accession"] for row in rows if row["snapshot"] == report.snapshot.id] == ["WP254"]


def planned(path: Path, files: Files) -> Plan[Target]:
    with connection.reader(path) as db:
        return planning.plan(db, files)  # type: ignore[return-value]


def write(path: Path, plan: Plan[Target], watch: Watch = unwatched) -> None:
    with connection.writer(path) as db:
        catalogue.write(db, [(plan, "test")], now=NOW, watch=watch)


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
