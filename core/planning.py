"""The first half of an import: what came, read, cleaned and held against what stands. It only reads."""

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Generic

from core.ingest.compare import Difference, T, difference, in_force, refuse_shrink, with_genes
from core.ingest.content import AopWikiContent, GeneSets, NcbiIds, Side, SourceContent
from core.ingest.files import Files
from core.ingest.neutral import Watch, unwatched
from core.model import KeyEvent, Membership, Relationship, Target
from core.sources import AOP_WIKI
from core.store import key_events, snapshots, targets


@dataclass(frozen=True, slots=True)
class Plan(Generic[T]):
    """An import, compared and ready to be written.

    `of` is a source or AOP-Wiki, `base` the snapshot that it was compared with, `current` the Key Events that came;
    what stands beside the rows is None where it was not given. `skipped` counts, by file, the entries whose id the
    catalogue does not have, `genes` the different ones of all rows, withdrawn ones too.
    """

    of: str
    base: int | None
    sha256: str
    before: int
    difference: Difference[T]
    skipped: Mapping[str, int]
    genes: int
    current: frozenset[int] = frozenset()
    memberships: list[Membership] | None = None
    relationships: list[Relationship] | None = None
    parents: Mapping[str, tuple[str, ...]] | None = None
    replaced: Mapping[str, tuple[str, ...]] | None = None
    ncbi: NcbiIds | None = None


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


def base(db: sqlite3.Connection, of: str) -> int | None:
    """The newest snapshot of a source or of AOP-Wiki, by its number; None where there is none."""
    newest = snapshots.newest(db, of)
    return newest.id if newest else None


def _plan_source(db: sqlite3.Connection, content: SourceContent, sha256: str, accept_shrink: bool) -> Plan[Target]:
    standing = {target.accession: target for target in targets.everything(db, content.source)}
    if not accept_shrink:
        refuse_shrink(content.name, standing, len(content.rows))
    sets = _gene_sets(content.genes, standing)
    came = with_genes(content.rows, sets)
    return Plan(
        of=content.source,
        base=base(db, content.source),
        sha256=sha256,
        before=in_force(standing),
        difference=difference(standing, came),
        skipped=_skipped((content.genes, len(sets.keys() - content.rows.keys()))),
        genes=_different({**standing, **came}),
        parents=_known_parents(content),
        replaced=content.replaced,
        ncbi=content.ncbi,
    )


def _plan_aop_wiki(db: sqlite3.Connection, content: AopWikiContent, sha256: str, accept_shrink: bool) -> Plan[KeyEvent]:
    standing = {key_event.label: key_event for key_event in key_events.everything(db)}
    if not accept_shrink:
        refuse_shrink(content.name, standing, len(content.rows))
    sets = _gene_sets(content.genes, standing)
    came = with_genes(content.rows, sets)
    current = frozenset(key_event.id for key_event in content.rows.values())
    members, strangers = _known_members(content.memberships, current)
    places = key_events.memberships(db) if members is None else members
    arrows, loose = _known_arrows(content.relationships, current, places)
    return Plan(
        of=AOP_WIKI,
        base=base(db, AOP_WIKI),
        sha256=sha256,
        before=in_force(standing),
        difference=difference(standing, came),
        skipped=_skipped(
            (content.memberships, strangers),
            (content.relationships, loose),
            (content.genes, len(sets.keys() - content.rows.keys())),
        ),
        genes=_different({**standing, **came}),
        current=current,
        memberships=members,
        relationships=arrows,
    )


def _gene_sets(given: Side[GeneSets] | None, standing: Mapping[str, Target] | Mapping[str, KeyEvent]) -> GeneSets:
    return given.entries if given else {id: row.genes for id, row in standing.items()}


def _different(rows: Mapping[str, Target] | Mapping[str, KeyEvent]) -> int:
    """How many genes they have together."""
    return len({symbol for row in rows.values() for symbol in row.genes})


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
