"""The Gene Ontology at its real size, with genes counted in upwards: what keeps others waiting, and what does not."""

import multiprocessing
import signal
import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from core import catalogue, planning
from core.errors import Unavailable
from core.ingest import go
from core.ingest.content import Side, SourceContent
from core.model import Source, Target
from core.store import attempts, connection, gene_sets, genes, targets
from scripts.bench import ontology
from tests import catalogues
from tests.catalogues import NOW, bring

TERMS, ANNOTATIONS = 25_000, 60_000
A_FEW = 40  # statements beside one for each row and each parent of one
SPAWN = multiprocessing.get_context("spawn")


class Generated:
    """So many terms with text and genes. `swapped` is a gene that takes the place of another one everywhere."""

    sha256 = "0" * 64

    def __init__(self, terms: int, annotations: int, swapped: Mapping[str, str] | None = None) -> None:
        own: dict[str, set[str]] = {}
        for symbol, id in ontology.annotations(terms, annotations):
            own.setdefault(id, set()).add((swapped or {}).get(symbol, symbol))
        self.above = above = ontology.parents(terms)
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


class Meanwhile:
    """Somebody who writes whenever the import takes up a batch or a row, and does not wait for the lock at all."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.saved: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()
        self.genes: list[int] = []

    def watch(self, rows: Sequence[Any], what: str, /) -> Iterator[Any]:
        """As `Watch`."""
        with connection.writer(self.path) as db:
            db.execute("PRAGMA busy_timeout = 0")
            for row in rows:
                try:
                    with connection.transaction(db):
                        attempts.note(db, [what], NOW)
                    self.saved[what] += 1
                except Unavailable:
                    self.refused[what] += 1
                if what == "Writing genes":
                    self.genes.append(sum(map(len, row)))
                yield row


def test_others_decide_while_the_propagated_gene_ontology_comes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is much goes ahead in pieces, others have their turn after each, and the lock is held for the rows alone."""
    path, files = catalogues.empty(tmp_path), Generated(TERMS, ANNOTATIONS)
    sets, edges = set(files.genes.values()), sum(map(len, files.above.values()))
    assert sum(map(len, files.genes.values())) > 1_000_000
    pauses: list[float] = []
    monkeypatch.setattr(gene_sets.time, "sleep", pauses.append)
    meanwhile = Meanwhile(path)
    (report,), locks = catalogues.traced(path, files, watch=meanwhile.watch)
    assert report.snapshot.added == TERMS
    assert len(pauses) == len(meanwhile.genes) > 10
    assert meanwhile.saved == {"Writing genes": len(meanwhile.genes)}
    assert meanwhile.refused == {"Writing go": TERMS}, "nothing but the rows is written one by one under the lock"
    assert max(meanwhile.genes) < gene_sets.BATCH + max(map(len, sets)), "no piece is much larger than it should be"
    *ahead, together = locks
    assert TERMS + edges < len(together) < TERMS + edges + A_FEW
    assert sum(sets_in(lock) for lock in ahead) == len(sets)
    assert sets_in(together) == 0, "what is much is there before the lock is taken"


def test_the_text_of_all_rows_is_written_in_one_statement(tmp_path: Path) -> None:
    """FTS5 writes out what it holds at each statement of another table, which would double the time under the lock."""
    _, (*_, together) = catalogues.traced(catalogues.empty(tmp_path), Generated(300, 900))
    assert sum("INTO target_text" in statement for statement in together) == 1


def sets_in(lock: list[str]) -> int:
    """How many sets of genes were written under a lock."""
    return sum("INTO gene_set " in statement for statement in lock)


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
