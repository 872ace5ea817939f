"""The Gene Ontology at its real size, with genes counted in upwards: who decides meanwhile is not kept waiting."""

import multiprocessing
import signal
import sqlite3
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from multiprocessing.synchronize import Event
from pathlib import Path

import pytest

from core import catalogue, planning
from core.ingest import go
from core.ingest.content import Side, SourceContent
from core.model import Source, Target
from core.store import connection, gene_sets, genes, targets
from scripts.bench import ontology
from tests import catalogues
from tests.catalogues import NOW, bring

TERMS, ANNOTATIONS = 25_000, 60_000
LOCK_SECONDS = 2.0  # of this process's own work: what else the machine does is not in it
TURN_SECONDS = 0.5
SPAWN = multiprocessing.get_context("spawn")


class Generated:
    """So many terms with text and genes. `swapped` is a gene that takes the place of another one everywhere."""

    sha256 = "0" * 64

    def __init__(self, terms: int, annotations: int, swapped: Mapping[str, str] | None = None) -> None:
        own: dict[str, set[str]] = {}
        for symbol, id in ontology.annotations(terms, annotations):
            own.setdefault(id, set()).add((swapped or {}).get(symbol, symbol))
        above = ontology.parents(terms)
        self.genes = go.propagated(own, above)
        self.given = SourceContent(
            Source.GO,
            "generated.obo",
            {id: _term(id) for id in above},
            genes=Side("generated.gaf", self.genes),
            parents=Side("generated.obo", above),
        )

    def content(self, watch: object = None) -> SourceContent:
        return self.given


def _term(id: str) -> Target:
    number = int(id.removeprefix("GO:"))
    return Target(
        Source.GO,
        id,
        f"regulation of process {number} in tissue {number % 97}",
        f"Any process number {number} that modulates the frequency, rate or extent of it in the cell. " * 2,
        (f"control of {number}", f"modulation of {number}"),
    )


class Locks:
    """Seconds of work of this process under each write lock, in order."""

    def __init__(self) -> None:
        self.held: list[float] = []
        self.real = connection.transaction

    @contextmanager
    def transaction(self, db: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
        with self.real(db):
            begun = time.process_time()
            yield db
        self.held.append(time.process_time() - begun)


def test_others_decide_while_the_propagated_gene_ontology_comes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = catalogues.empty(tmp_path)
    files = Generated(TERMS, ANNOTATIONS)
    assert sum(map(len, files.genes.values())) > 1_000_000
    begun, ended, waits = SPAWN.Event(), SPAWN.Event(), SPAWN.Queue()
    curator = SPAWN.Process(target=keep_writing, args=(path, begun, ended, waits))
    curator.start()
    assert begun.wait(30)
    locks = Locks()
    monkeypatch.setattr(connection, "transaction", locks.transaction)
    (report,) = bring(path, files)
    ended.set()
    written, longest = waits.get(timeout=30)
    curator.join()
    assert report.snapshot.added == TERMS
    learnt, *turns, together = locks.held
    assert len(turns) > 10
    assert max(learnt, *turns) < TURN_SECONDS
    assert together < LOCK_SECONDS
    assert longest < connection.BUSY_TIMEOUT_MS / 1000
    with connection.reader(path) as db:
        assert db.execute("SELECT count(*) FROM session").fetchone()[0] == written > 10


def keep_writing(path: Path, begun: Event, ended: Event, waits: "multiprocessing.Queue[tuple[int, float]]") -> None:
    """Another process that writes all the time: how often it did, and how long it had to wait at most."""
    written, longest = 0, 0.0
    with connection.writer(path) as db:
        with connection.transaction(db):
            db.execute("INSERT INTO person (id, issuer, subject, login, created_at) VALUES (1, 'i', 1, 'curator', '')")
        while not ended.is_set():
            start = time.monotonic()
            with connection.transaction(db):
                db.execute("INSERT INTO session VALUES (:digest, 1, '', '')", {"digest": str(written)})
            written, longest = written + 1, max(longest, time.monotonic() - start)
            begun.set()
            time.sleep(0.02)
    waits.put((written, longest))


STAGES = ("some genes", "all genes", "half of the rows", "before it sweeps")


@pytest.mark.parametrize("stage", STAGES)
def test_killed_at_any_moment_it_has_brought_all_or_nothing(tmp_path: Path, stage: str) -> None:
    """Readers see the one catalogue or the other, and the next import ends as if none had been killed."""
    path = catalogues.empty(tmp_path)
    first, second = Generated(300, 900), Generated(300, 900, swapped={"GENE0": "GENE1", "GENE2": "OTHER"})
    bring(path, first)
    before = seen(path)
    killed = SPAWN.Process(target=import_until, args=(path, second, stage))
    killed.start()
    killed.join(60)
    assert killed.exitcode == -signal.SIGKILL
    with connection.reader(path) as db:
        assert db.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []
        left = count(db, "gene_set")
    brought = stage == STAGES[-1]
    assert (seen(path) != before) is brought
    assert left > len(set(first.genes.values())), "the sets that went ahead"
    (report,) = bring(path, second)
    assert (report.snapshot.changed == 0) is brought
    assert {target.accession: target.genes for target in seen(path) if target.genes} == second.genes
    with connection.reader(path) as db:
        assert count(db, "gene_set") == len(set(second.genes.values()))
        assert [hit.symbol for hit in genes.named(db, "OTHER", 5)] == ["OTHER"]
        assert genes.named(db, "GENE2", 1)[0].symbol != "GENE2", "nothing has it any more"


def import_until(path: Path, files: Generated, stage: str) -> None:
    """Import in a process that kills itself there, as a power cut would."""
    gene_sets.BATCH = 2_000

    def kill(*_: object) -> None:
        signal.raise_signal(signal.SIGKILL)

    def watched(rows: list[object], what: str) -> Iterator[object]:
        for place, row in enumerate(rows):
            if (stage, what) == (STAGES[0], "Writing genes") and place == 1:
                kill()
            if (stage, what) == (STAGES[2], "Writing go") and place == len(rows) // 2:
                kill()
            yield row
        if (stage, what) == (STAGES[1], "Writing genes"):
            kill()

    if stage == STAGES[3]:
        gene_sets.sweep = kill
    with connection.reader(path) as db:
        plan = planning.plan(db, files)
    with connection.writer(path) as db:
        catalogue.write(db, [(plan, "test")], now=NOW, watch=watched)


def seen(path: Path) -> list[Target]:
    with connection.reader(path) as db:
        return targets.everything(db, Source.GO)


def count(db: sqlite3.Connection, table: str) -> int:
    return int(db.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


def test_sets_of_equal_content_are_one(tmp_path: Path) -> None:
    path = catalogues.empty(tmp_path)
    files = Generated(50, 60)
    one = next(iter(files.genes.values()))
    files.given = replace(files.given, genes=Side("generated.gaf", dict.fromkeys(files.given.rows, one)))
    bring(path, files)
    with connection.reader(path) as db:
        assert count(db, "gene_set") == 1
        assert {target.genes for target in targets.everything(db, Source.GO)} == {one}
