"""From a row of the published mappings to the value that formats write; what many rows share is read once."""

import json
import sqlite3
from functools import lru_cache
from typing import Any

from core.export.published import Published
from core.model import Assessment, Contributor, Level, Relation, Source, TargetKey, Tier
from core.sources import SPECS, Fact
from core.store import provenances, snapshots

_COLUMNS = """
SELECT mapping.uuid, published.key_event, key_event.title, key_event.level, published.source, published.accession,
  target.title, {description}, target.genes,
  published.relation, published.instrument, published.instrument_version, published.answers,
  published.assessment_score, published.tier, published.score, published.note, published.author,
  published.author_named, published.proposed_at, published.approver, published.approver_named,
  published.approved_at, mapping.stale, published.changed_at, published.target
"""
SELECT = _COLUMNS.format(description="target.description")
SELECT_SHORT = _COLUMNS.format(description="''")  # most files have no use for it, and it is half of what is read
# The sources whose published columns tell of their targets' depth: to find one out takes some queries.
_DEEP = frozenset(str(source) for source, spec in SPECS.items() if Fact.DEPTH in dict(spec.contract.columns).values())
_SOURCES: dict[str, Source] = {str(source): source for source in Source}
_LEVELS: dict[str | None, Level] = {str(level): level for level in Level}
_TIERS: dict[str | None, Tier] = {str(tier): tier for tier in Tier}
_RELATIONS: dict[str, Relation] = {str(relation): relation for relation in Relation}


class Reader:
    """Makes values of rows; what many rows share is read once. Without `deep` nobody looks how deep targets lie."""

    def __init__(self, db: sqlite3.Connection, *, deep: bool = True) -> None:
        self.people = contributors(db)
        self.aops: dict[int, tuple[str, ...]] = {}
        for key_event, aop in db.execute("SELECT key_event, aop FROM aop_member ORDER BY key_event, aop"):
            self.aops[key_event] = (*self.aops.get(key_event, ()), f"AOP {aop}")
        self.genes = {of: snapshot.genes for of, snapshot in snapshots.in_force(db).items()}
        self.assessment = lru_cache(4096)(_assessment)
        self.depth = _Depths(db)
        self.deep = _DEEP if deep else frozenset()
        self.named = lru_cache(4096)(provenances.contributor)

    def published(self, row: tuple[Any, ...]) -> Published:
        """The value of a row of `SELECT`."""
        (
            uuid, key_event, key_event_title, level, source, accession, title, description, genes, relation, instrument,
            version, answers, points, tier, score, note, author, author_named, proposed_at, approver, approver_named,
            approved_at, stale, changed_at, id,
        ) = row  # fmt: skip
        return Published(
            uuid,
            key_event,
            key_event_title,
            _LEVELS.get(level),
            self.aops.get(key_event, ()),
            TargetKey(_SOURCES[source], accession),
            title,
            description,
            genes,
            self.genes.get(source, 0),
            self.depth(id) if source in self.deep else None,
            _RELATIONS[relation],
            self.assessment(instrument, version, answers, points, tier) if answers else None,
            _TIERS.get(tier),
            score,
            note,
            self.named(author_named) if author_named else self.people[author],
            proposed_at,
            self.named(approver_named) if approver_named else self.people[approver],
            approved_at,
            bool(stale),
            changed_at,
        )


class _Depths:
    """How far targets are from the root of their source, by the longest way up; None in a source without parents."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self.db = db
        self.known: dict[int, int | None] = {}

    def __call__(self, target: int) -> int | None:
        if target not in self.known:
            self.known[target] = None  # a circle in the catalogue ends here
            rows = self.db.execute("SELECT parent FROM target_parent WHERE child = :id", {"id": target}).fetchall()
            above = [self(parent) or 0 for (parent,) in rows]
            if above or self._has_children(target):
                self.known[target] = max(above, default=-1) + 1
        return self.known[target]

    def _has_children(self, target: int) -> bool:
        found = self.db.execute("SELECT 1 FROM target_parent WHERE parent = :id LIMIT 1", {"id": target})
        return found.fetchone() is not None


def _assessment(instrument: str, version: str, answers: str, points: float, tier: str) -> Assessment:
    return Assessment(instrument, version, json.loads(answers), points, Tier(tier))


def contributors(db: sqlite3.Connection) -> dict[int, Contributor]:
    """Everybody who may be credited, by id."""
    found = db.execute("SELECT id, login, name, orcid FROM person")
    return {id: Contributor(login, name, orcid or "") for id, login, name, orcid in found}
