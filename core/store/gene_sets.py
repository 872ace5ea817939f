"""Sets of genes: written once, never changed, pointed to by whatever has them; one that nothing points to is no more.

That is how an import can write millions of genes while people decide: a set is seen when a row begins to point to it.
"""

import json
import sqlite3
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from sys import intern
from typing import TypeVar

from core.ingest.neutral import Watch, unwatched
from core.store import connection, genes

T = TypeVar("T")
BATCH = 50_000  # genes that are written in one transaction: some hundredths of a second
MOST_SWEPT = 500  # sets that are forgotten in one
MOST_READ = 1024  # sets that are kept as they were read: pages suggest the same targets again and again; some MB
Symbols = tuple[str, ...]  # sorted, each once

# The targets that have the gene :gene, however its letters are written.
TARGETS = """
SELECT id FROM target WHERE gene_set IN (SELECT rowid FROM gene_set_text WHERE gene_set_text MATCH
  (SELECT coalesce(group_concat(id, ' OR '), '0') FROM gene
   WHERE lower(replace(symbol, '-', '')) = lower(replace(:gene, '-', ''))))
"""
_UNWANTED = " AND ".join(
    f"NOT EXISTS (SELECT 1 FROM {table} WHERE {table}.gene_set = gene_set.id)"
    for table in ("target", "key_event", "target_before", "key_event_before")
)


def anyone(ids: Collection[int]) -> str:
    """What to MATCH for sets with at least one of these genes; no set has any where there are none."""
    return " OR ".join(map(str, ids)) or "0"


@lru_cache(maxsize=MOST_READ)
def symbols(text: str | None) -> Symbols:
    """A set as it is kept, as a value; none for None. Equal symbols are one string: there are millions of them."""
    return tuple(map(intern, text.split(" "))) if text else ()


def alone(text: str | None) -> Symbols:
    """As `symbols`, of one set by itself, whose symbols nothing else holds: making thousands of strings one takes
    longer than all else of its page."""
    return tuple(text.split(" ")) if text else ()


def known(db: sqlite3.Connection) -> dict[Symbols, int]:
    """Every set there is, with its id."""
    return {symbols(row["symbols"]): row["id"] for row in db.execute("SELECT id, symbols FROM gene_set")}


def bring(db: sqlite3.Connection, wanted: Collection[Symbols], watch: Watch = unwatched) -> dict[Symbols, int]:
    """See to it that each of these sets is there. Returns the ids of all that are.

    To be called outside of a transaction: it makes many short ones, and whoever decides meanwhile gets in between.
    """
    standing = known(db)
    new = sorted({each for each in wanted if each} - standing.keys())
    with connection.transaction(db):
        ids = genes.learn(db, {symbol for each in new for symbol in each})
    for batch in watch(list(_batches(new, len)), "Writing genes"):
        with _turn(db):
            standing |= _add(db, batch, ids)
    return standing


def sweep(db: sqlite3.Connection) -> None:
    """Forget the sets that nothing points to: left by an import that was stopped, or passed by one that was not.

    To be called as `bring` is. An import that was about to point to one of them fails at its foreign key.
    """
    unwanted = [id for (id,) in db.execute(f"SELECT id FROM gene_set WHERE {_UNWANTED} ORDER BY id")]
    for batch in _batches(unwanted, lambda _: BATCH / MOST_SWEPT):
        with _turn(db):
            _remove(db, batch)


def _add(db: sqlite3.Connection, sets: Sequence[Symbols], genes: Mapping[str, int]) -> dict[Symbols, int]:
    added: dict[Symbols, int] = {}
    for each in sets:
        (added[each],) = db.execute(
            "INSERT INTO gene_set (symbols) VALUES (:symbols) RETURNING id", {"symbols": " ".join(each)}
        ).fetchone()
    db.executemany(
        "INSERT INTO gene_set_text (rowid, genes) VALUES (:id, :genes)",
        [{"id": id, "genes": " ".join([str(genes[symbol]) for symbol in each])} for each, id in added.items()],
    )
    return added


def _remove(db: sqlite3.Connection, ids: Sequence[int]) -> None:
    gone = db.execute(
        f"DELETE FROM gene_set WHERE id IN (SELECT value FROM json_each(:ids)) AND {_UNWANTED} RETURNING id",
        {"ids": json.dumps(ids)},
    ).fetchall()
    db.executemany("DELETE FROM gene_set_text WHERE rowid = :id", [{"id": id} for (id,) in gone])


def _batches(items: Sequence[T], weight: Callable[[T], float]) -> Iterator[list[T]]:
    """The items in their order, some at a time: together not much heavier than `BATCH`."""
    batch, total = list[T](), 0.0
    for item in items:
        batch.append(item)
        total += weight(item)
        if total >= BATCH:
            yield batch
            batch, total = [], 0.0
    if batch:
        yield batch


@contextmanager
def _turn(db: sqlite3.Connection) -> Iterator[None]:
    """One transaction, and then as long for others: one that waits for the lock only looks for it now and then."""
    begun = time.monotonic()
    with connection.transaction(db):
        yield
    time.sleep(time.monotonic() - begun)
