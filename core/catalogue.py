"""The journey of an import: read, clean and compare first, then write the difference in one short transaction.

A catalogue comes whole or not at all. What vanished from its source is marked withdrawn and never deleted, because
decisions point to it; what returns is brought back. A side file that is not given leaves what it would bring as it is.
"""

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic

from core import recheck
from core.errors import Conflict
from core.ingest.compare import Difference, T, difference, in_force, refuse_shrink, with_genes
from core.ingest.content import AopWikiContent, GeneSets, Side, SourceContent
from core.ingest.files import Files
from core.ingest.neutral import Watch, unwatched
from core.model import KeyEvent, Membership, Relationship, Snapshot, Source, Target
from core.sources import AOP_WIKI
from core.store import aops, before, genes, hierarchy, key_events, snapshots, targets


@dataclass(frozen=True, slots=True)
class Plan(Generic[T]):
    """An import, compared and ready to be written.

    `of` is a source or AOP-Wiki, `base` the snapshot that it was compared with, `current` the Key Events that came;
    what stands beside the rows is None where it was not given. `skipped` counts, by file, the entries whose id the
    catalogue does not have.
    """

    of: str
    base: int | None
    sha256: str
    before: int
    difference: Difference[T]
    skipped: Mapping[str, int]
    current: frozenset[int] = frozenset()
    memberships: list[Membership] | None = None
    relationships: list[Relationship] | None = None
    parents: Mapping[str, tuple[str, ...]] | None = None
    replaced: Mapping[str, tuple[str, ...]] | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """What an import did. `before` counts the rows in force until then; `back` are those of `snapshot.added` that had
    been withdrawn; `stale` counts the mappings in force that it changed too much; `skipped` as in `Plan`."""

    snapshot: Snapshot
    before: int
    back: int
    unchanged: int
    stale: int
    skipped: Mapping[str, int]


def plan(
    db: sqlite3.Connection, files: Files, *, accept_shrink: bool = False, watch: Watch = unwatched
) -> Plan[Target] | Plan[KeyEvent]:
    """Read, clean and compare `files` with what stands. Reads only; to be done before the write lock is taken.

    Raises Invalid, naming file, row, field and value, where a row is bad; where a file is empty; and, unless
    `accept_shrink`, where the number of rows falls by more than a tenth.
    """
    content = files.content(watch)
    if isinstance(content, SourceContent):
        return _plan_source(db, content, files.sha256, accept_shrink)
    return _plan_aop_wiki(db, content, files.sha256, accept_shrink)


def carry_out(
    db: sqlite3.Connection,
    plan: Plan[Target] | Plan[KeyEvent],
    *,
    release: str,
    now: datetime,
    watch: Watch = unwatched,
) -> Report:
    """Write a plan inside the caller's transaction. Raises Conflict where another import came between."""
    if plan.base != _base(db, plan.of):
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
        ),
    )
    written: Sequence[Target | KeyEvent] = changes.written
    _keep_before(db, [*written, *changes.withdrawn], snapshot.id)
    ids = genes.learn(db, {symbol for row in written for symbol in row.genes})
    for row in watch(written, f"Writing {plan.of}"):
        _put(db, row, snapshot.id, ids)
    for row in changes.withdrawn:
        _withdraw(db, row, snapshot.id)
    targets.refresh_text(db, snapshot.id)
    key_events.refresh_text(db, snapshot.id)
    _keep_aops(db, plan)
    _keep_hierarchy(db, plan)
    stale = recheck.mark(db, snapshot.id)
    return Report(snapshot, plan.before, len(changes.back), changes.unchanged, stale, plan.skipped)


def _plan_source(db: sqlite3.Connection, content: SourceContent, sha256: str, accept_shrink: bool) -> Plan[Target]:
    standing = {target.accession: target for target in targets.everything(db, content.source)}
    if not accept_shrink:
        refuse_shrink(content.name, standing, len(content.rows))
    sets = _gene_sets(content.genes, standing)
    return Plan(
        of=content.source,
        base=_base(db, content.source),
        sha256=sha256,
        before=in_force(standing),
        difference=difference(standing, with_genes(content.rows, sets)),
        skipped=_skipped((content.genes, len(sets.keys() - content.rows.keys()))),
        parents=_known_parents(content),
        replaced=content.replaced,
    )


def _plan_aop_wiki(db: sqlite3.Connection, content: AopWikiContent, sha256: str, accept_shrink: bool) -> Plan[KeyEvent]:
    standing = {key_event.label: key_event for key_event in key_events.everything(db)}
    if not accept_shrink:
        refuse_shrink(content.name, standing, len(content.rows))
    sets = _gene_sets(content.genes, standing)
    current = frozenset(key_event.id for key_event in content.rows.values())
    members, strangers = _known_members(content.memberships, current)
    places = key_events.memberships(db) if members is None else members
    arrows, loose = _known_arrows(content.relationships, current, places)
    return Plan(
        of=AOP_WIKI,
        base=_base(db, AOP_WIKI),
        sha256=sha256,
        before=in_force(standing),
        difference=difference(standing, with_genes(content.rows, sets)),
        skipped=_skipped(
            (content.memberships, strangers),
            (content.relationships, loose),
            (content.genes, len(sets.keys() - content.rows.keys())),
        ),
        current=current,
        memberships=members,
        relationships=arrows,
    )


def _gene_sets(given: Side[GeneSets] | None, standing: Mapping[str, Target] | Mapping[str, KeyEvent]) -> GeneSets:
    return given.entries if given else {id: row.genes for id, row in standing.items()}


def _known_parents(content: SourceContent) -> dict[str, tuple[str, ...]] | None:
    """The parents that came as targets too, of those that did."""
    if content.parents is None:
        return None
    known = content.rows.keys()
    return {
        id: tuple(parent for parent in above if parent in known)
        for id, above in content.parents.entries.items()
        if id in known
    }


def _known_members(
    given: Side[list[Membership]] | None, current: frozenset[int]
) -> tuple[list[Membership] | None, int]:
    """The memberships of known Key Events, and how many Key Events were skipped."""
    if given is None:
        return None, 0
    kept = [each for each in given.entries if each.key_event in current]
    return kept, len({each.key_event for each in given.entries} - current)


def _known_arrows(
    given: Side[list[Relationship]] | None, current: frozenset[int], members: list[Membership]
) -> tuple[list[Relationship] | None, int]:
    """The arrows between known Key Events in known AOPs, and how many arrows were skipped."""
    if given is None:
        return None, 0
    known = {each.aop.id for each in members}
    kept = [each for each in given.entries if each.aop in known and {each.upstream, each.downstream} <= current]
    return kept, len(given.entries) - len(kept)


def _skipped(*counts: tuple[Side[Any] | None, int]) -> dict[str, int]:
    return {side.name: count for side, count in counts if side}


def _base(db: sqlite3.Connection, of: str) -> int | None:
    newest = snapshots.newest(db, of)
    return newest.id if newest else None


def _put(db: sqlite3.Connection, row: Target | KeyEvent, snapshot: int, genes: Mapping[str, int]) -> None:
    if isinstance(row, Target):
        targets.put(db, row, snapshot, genes)
    else:
        key_events.put(db, row, snapshot, genes)


def _withdraw(db: sqlite3.Connection, row: Target | KeyEvent, snapshot: int) -> None:
    if isinstance(row, Target):
        targets.withdraw(db, row.key, snapshot)
    else:
        key_events.withdraw(db, row.id, snapshot)


def _keep_before(db: sqlite3.Connection, rows: Sequence[Target | KeyEvent], snapshot: int) -> None:
    before.keep_key_events(db, [row.id for row in rows if isinstance(row, KeyEvent)], snapshot)
    before.keep_targets(db, [row.key for row in rows if isinstance(row, Target)], snapshot)


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
