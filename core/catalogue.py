"""The second half of an import: a plan becomes what stands, at one moment and whole.

What vanished from its source is marked withdrawn and never deleted, because decisions point to it; what returns is
brought back. A side file that was not given leaves what it would bring as it is.
"""

import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime

from core import planning, recheck
from core.errors import Conflict, Unavailable
from core.ingest.content import NcbiIds
from core.ingest.neutral import Watch, unwatched
from core.model import KeyEvent, Snapshot, Source, Target
from core.planning import Plan
from core.sources import AOP_WIKI
from core.store import aops, before, connection, gene_sets, genes, hierarchy, key_events, snapshots, targets

Planned = tuple[Plan[Target] | Plan[KeyEvent], str]  # a plan, and what its source calls the release


@dataclass(frozen=True, slots=True)
class Report:
    """What an import did. `before` counts the rows in force until then; `back` are those of `snapshot.added` that had
    been withdrawn; `stale` counts the mappings in force that it changed too much; `skipped` and `ncbi` as in `Plan`."""

    snapshot: Snapshot
    before: int
    back: int
    unchanged: int
    stale: int
    skipped: Mapping[str, int]
    ncbi: NcbiIds | None = None


def write(db: sqlite3.Connection, plans: Sequence[Planned], *, now: datetime, watch: Watch = unwatched) -> list[Report]:
    """Make all of these plans what stands, at one moment, or none. `db` writes, and is in no transaction yet.

    Their sets of genes go ahead in short transactions and are seen by nobody, and what will be stale is foreseen, so
    that the transaction that counts is short too. Raises Conflict where another import came between, with nothing
    changed.
    """
    wanted = {row.genes for plan, _ in plans for row in plan.difference.written}
    sets = gene_sets.bring(db, wanted, watch)
    foreseen = recheck.foresee(db, [row for plan, _ in plans for row in _coming(plan)])
    ready = [_values(plan, sets) for plan, _ in plans]
    try:
        with connection.transaction(db):
            foreseen = recheck.still(db, foreseen)
            reports = [
                _carry_out(db, plan, release, now, rows, watch)
                for (plan, release), rows in zip(plans, ready, strict=True)
            ]
            reports = [replace(each, stale=recheck.mark(db, each.snapshot.id, foreseen)) for each in reports]
    except sqlite3.IntegrityError as error:  # a set that another import has swept away
        raise Conflict("Another import has finished since this one began; import again.") from error
    with suppress(Unavailable):  # what is left is swept by the next import
        gene_sets.sweep(db)
    return reports


def _carry_out(
    db: sqlite3.Connection,
    plan: Plan[Target] | Plan[KeyEvent],
    release: str,
    now: datetime,
    rows: Sequence[Mapping[str, object]],
    watch: Watch,
) -> Report:
    if plan.base != planning.base(db, plan.of):
        raise Conflict(f"Another import of {plan.of} has finished since this one began; import again.")
    changes = plan.difference
    snapshot = snapshots.add(
        db,
        Snapshot(
            id=0,
            of=plan.of,
            release=release,
            imported_at=now,
            sha256=plan.sha256,
            total=changes.total,
            added=len(changes.added) + len(changes.back),
            changed=len(changes.changed),
            withdrawn=len(changes.withdrawn),
            genes=plan.genes,
        ),
    )
    _keep_before(db, [*changes.written, *changes.withdrawn], snapshot.id)
    store = key_events if plan.of == AOP_WIKI else targets
    store.put(db, watch(rows, f"Writing {plan.of}"), snapshot.id)
    for row in changes.withdrawn:
        _withdraw(db, row, snapshot.id)
    _refresh_text(db, [*changes.reworded, *changes.withdrawn])
    _keep_aops(db, plan)
    _keep_hierarchy(db, plan)
    if plan.ncbi is not None:
        genes.keep_ncbi(db, Source(plan.of), plan.ncbi.ids)
    return Report(snapshot, plan.before, len(changes.back), changes.unchanged, 0, plan.skipped, plan.ncbi)


def _coming(plan: Plan[Target] | Plan[KeyEvent]) -> list[KeyEvent | Target]:
    """The rows that a plan changes, as they will be."""
    changes = plan.difference
    return [*changes.changed, *changes.back, *(replace(row, withdrawn=True) for row in changes.withdrawn)]


def _values(plan: Plan[Target] | Plan[KeyEvent], sets: Mapping[tuple[str, ...], int]) -> list[dict[str, object]]:
    """What is written of the rows of a plan, ready before the lock."""
    rows: Sequence[Target | KeyEvent] = plan.difference.written
    return [targets.values(row, sets) if isinstance(row, Target) else key_events.values(row, sets) for row in rows]


def _withdraw(db: sqlite3.Connection, row: Target | KeyEvent, snapshot: int) -> None:
    if isinstance(row, Target):
        targets.withdraw(db, row.key, snapshot)
    else:
        key_events.withdraw(db, row.id, snapshot)


def _keep_before(db: sqlite3.Connection, rows: Sequence[Target | KeyEvent], snapshot: int) -> None:
    before.keep_key_events(db, [row.id for row in rows if isinstance(row, KeyEvent)], snapshot)
    before.keep_targets(db, [row.key for row in rows if isinstance(row, Target)], snapshot)


def _refresh_text(db: sqlite3.Connection, rows: Sequence[Target | KeyEvent]) -> None:
    key_events.refresh_text(db, [row.id for row in rows if isinstance(row, KeyEvent)])
    targets.refresh_text(db, [row.key for row in rows if isinstance(row, Target)])


def _keep_hierarchy(db: sqlite3.Connection, plan: Plan[Target] | Plan[KeyEvent]) -> None:
    if plan.parents is not None:
        hierarchy.keep_parents(db, Source(plan.of), plan.parents)
    if plan.replaced is not None:
        hierarchy.keep_replacements(db, Source(plan.of), plan.replaced)


def _keep_aops(db: sqlite3.Connection, plan: Plan[Target] | Plan[KeyEvent]) -> None:
    if plan.memberships is not None:
        aops.keep_memberships(db, plan.current, plan.memberships)
    if plan.relationships is not None:
        aops.keep_relationships(db, plan.current, plan.relationships)
    aops.forget_empty(db)
