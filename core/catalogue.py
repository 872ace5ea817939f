"""The journey of an import: read, clean and compare first, then write the difference in one short transaction.

A catalogue comes whole or not at all. What vanished from its source is marked withdrawn and never deleted, because
decisions point to it; what returns is brought back. A side file that is not given leaves what it would bring as it is.
"""

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Generic

from core.errors import Conflict
from core.ingest import neutral
from core.ingest.compare import Difference, T, difference, refuse_shrink, with_genes
from core.ingest.neutral import File, Watch, unwatched
from core.model import KeyEvent, Membership, Relationship, Snapshot, Source, Target
from core.sources import AOP_WIKI
from core.store import aops, genes, key_events, snapshots, targets


@dataclass(frozen=True, slots=True)
class SourceFiles:
    """A source's catalogue as files."""

    source: Source
    targets: File
    gene_sets: File | None = None

    @property
    def sha256(self) -> str:
        """What `cat FILES | sha256sum` prints."""
        return _digest(self.targets, self.gene_sets)


@dataclass(frozen=True, slots=True)
class AopWikiFiles:
    """AOP-Wiki's catalogue as files."""

    key_events: File
    aops: File | None = None
    relationships: File | None = None
    genes: File | None = None

    @property
    def sha256(self) -> str:
        """What `cat FILES | sha256sum` prints."""
        return _digest(self.key_events, self.aops, self.relationships, self.genes)


@dataclass(frozen=True, slots=True)
class Plan(Generic[T]):
    """An import, compared and ready to be written.

    `of` is a source or AOP-Wiki, `base` the snapshot that it was compared with, `current` the Key Events that came;
    `memberships` and `relationships` are None where their file was not given. `skipped` counts, by file, the entries
    whose id the catalogue does not have.
    """

    of: str
    base: int | None
    sha256: str
    difference: Difference[T]
    skipped: Mapping[str, int]
    current: frozenset[int] = frozenset()
    memberships: list[Membership] | None = None
    relationships: list[Relationship] | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """What an import did. `back` are those of `snapshot.added` that had been withdrawn; `skipped` as in `Plan`."""

    snapshot: Snapshot
    back: int
    unchanged: int
    skipped: Mapping[str, int]


def plan(
    db: sqlite3.Connection,
    files: SourceFiles | AopWikiFiles,
    *,
    accept_shrink: bool = False,
    watch: Watch = unwatched,
) -> Plan[Target] | Plan[KeyEvent]:
    """Read, clean and compare `files` with what stands. Reads only; to be done before the write lock is taken.

    Raises Invalid, naming file, row, field and value, where a row is bad; where a file is empty; and, unless
    `accept_shrink`, where the number of rows falls by more than a tenth.
    """
    if isinstance(files, SourceFiles):
        return _plan_source(db, files, accept_shrink, watch)
    return _plan_aop_wiki(db, files, accept_shrink, watch)


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
    genes.learn(db, {symbol for row in written for symbol in row.genes})
    for row in watch(written, f"Writing {plan.of}"):
        _put(db, row, snapshot.id)
    for row in changes.withdrawn:
        _withdraw(db, row, snapshot.id)
    targets.refresh_text(db, snapshot.id)
    key_events.refresh_text(db, snapshot.id)
    _keep_aops(db, plan)
    return Report(snapshot, len(changes.back), changes.unchanged, plan.skipped)


def _plan_source(db: sqlite3.Connection, files: SourceFiles, accept_shrink: bool, watch: Watch) -> Plan[Target]:
    came = {target.accession: target for target in neutral.targets(files.targets, files.source, watch)}
    standing = {target.accession: target for target in targets.everything(db, files.source)}
    if not accept_shrink:
        refuse_shrink(files.targets.name, standing, len(came))
    sets = _gene_sets(files.gene_sets, standing)
    return Plan(
        of=files.source,
        base=_base(db, files.source),
        sha256=files.sha256,
        difference=difference(standing, with_genes(came, sets)),
        skipped=_skipped((files.gene_sets, len(sets.keys() - came.keys()))),
    )


def _plan_aop_wiki(db: sqlite3.Connection, files: AopWikiFiles, accept_shrink: bool, watch: Watch) -> Plan[KeyEvent]:
    came = {key_event.label: key_event for key_event in neutral.key_events(files.key_events, watch)}
    standing = {key_event.label: key_event for key_event in key_events.everything(db)}
    if not accept_shrink:
        refuse_shrink(files.key_events.name, standing, len(came))
    sets = _gene_sets(files.genes, standing)
    current = frozenset(key_event.id for key_event in came.values())
    members, strangers = _known_members(files.aops, current)
    arrows, loose = _known_arrows(
        files.relationships, current, key_events.memberships(db) if members is None else members
    )
    return Plan(
        of=AOP_WIKI,
        base=_base(db, AOP_WIKI),
        sha256=files.sha256,
        difference=difference(standing, with_genes(came, sets)),
        skipped=_skipped(
            (files.aops, strangers), (files.relationships, loose), (files.genes, len(sets.keys() - came.keys()))
        ),
        current=current,
        memberships=members,
        relationships=arrows,
    )


def _gene_sets(
    file: File | None, standing: Mapping[str, Target] | Mapping[str, KeyEvent]
) -> dict[str, tuple[str, ...]]:
    return neutral.gene_sets(file) if file else {id: row.genes for id, row in standing.items()}


def _known_members(file: File | None, current: frozenset[int]) -> tuple[list[Membership] | None, int]:
    """The memberships of known Key Events, and how many Key Events were skipped."""
    if file is None:
        return None, 0
    members = neutral.memberships(file)
    return [each for each in members if each.key_event in current], len({each.key_event for each in members} - current)


def _known_arrows(
    file: File | None, current: frozenset[int], members: list[Membership]
) -> tuple[list[Relationship] | None, int]:
    """The arrows between known Key Events in known AOPs, and how many arrows were skipped."""
    if file is None:
        return None, 0
    arrows, known = neutral.relationships(file), {each.aop.id for each in members}
    kept = [each for each in arrows if each.aop in known and {each.upstream, each.downstream} <= current]
    return kept, len(arrows) - len(kept)


def _skipped(*counts: tuple[File | None, int]) -> dict[str, int]:
    return {file.name: count for file, count in counts if file}


def _base(db: sqlite3.Connection, of: str) -> int | None:
    newest = snapshots.newest(db, of)
    return newest.id if newest else None


def _digest(*files: File | None) -> str:
    digest = sha256()
    for file in files:
        digest.update(file.content if file else b"")
    return digest.hexdigest()


def _put(db: sqlite3.Connection, row: Target | KeyEvent, snapshot: int) -> None:
    if isinstance(row, Target):
        targets.put(db, row, snapshot)
    else:
        key_events.put(db, row, snapshot)


def _withdraw(db: sqlite3.Connection, row: Target | KeyEvent, snapshot: int) -> None:
    if isinstance(row, Target):
        targets.withdraw(db, row.key, snapshot)
    else:
        key_events.withdraw(db, row.id, snapshot)


def _keep_aops(db: sqlite3.Connection, plan: Plan[Target] | Plan[KeyEvent]) -> None:
    if plan.memberships is not None:
        aops.keep_memberships(db, plan.current, plan.memberships)
    if plan.relationships is not None:
        aops.keep_relationships(db, plan.current, plan.relationships)
    aops.forget_empty(db)
