"""What readers get of each pair, kept with every decision, and which state of it this is."""

import json
import sqlite3
from dataclasses import dataclass
from hashlib import sha256

from core.model import Act, Claim, Decision, Mapping
from core.store import clock, provenances

_PAIR = """(SELECT pair.id FROM pair JOIN target ON target.id = pair.target
  WHERE pair.key_event = :key_event AND target.source = :source AND target.accession = :accession)"""
_CLAIM = ("relation", "tier", "instrument", "instrument_version", "answers", "assessment_score", "score", "note",
          "author", "author_named", "proposed_at", "approver", "approver_named", "approved_at")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Revision:
    """Which state of the published data this is; two equal ones give the same bytes in every format.

    `touched` is the newest decision on a pair that was ever in force, `decided` the newest of all, `snapshot` the
    newest import, `released` the newest release, `people` a digest of who may be credited: not whoever signed in once.
    """

    touched: int
    decided: int
    snapshot: int
    released: int
    people: str

    def __str__(self) -> str:
        """`m1234.s5.p1a2b3c4d`: mappings, snapshot, people."""
        return f"m{self.touched}.s{self.snapshot}.p{self.people}"


def revision(db: sqlite3.Connection) -> Revision:
    """The state of the published data, from one small query."""
    touched, decided, snapshot, released, people = db.execute(
        """
        SELECT coalesce((SELECT max(touched) FROM published), 0),
          max(coalesce((SELECT max(id) FROM decision), 0), coalesce((SELECT max(id) FROM no_target), 0)),
          coalesce((SELECT max(id) FROM snapshot), 0),
          coalesce((SELECT max(id) FROM release WHERE manifest IS NOT NULL), 0),
          coalesce((SELECT group_concat(named, char(10)) FROM (
            SELECT id || ' ' || login || ' ' || name || ' ' || coalesce(orcid, '') AS named FROM person
            WHERE role IS NOT NULL OR EXISTS (SELECT 1 FROM decision WHERE decision.person = person.id)
              OR EXISTS (SELECT 1 FROM no_target WHERE no_target.person = person.id)
            ORDER BY id)), '')
        """
    ).fetchone()
    return Revision(touched, decided, snapshot, released, sha256(people.encode()).hexdigest()[:8])


def keep(db: sqlite3.Connection, mapping: Mapping, decision: Decision) -> None:
    """Bring what readers get of a pair to its mapping, after `decision` on it."""
    if mapping.approved is not None:
        _put(db, mapping, mapping.approved, decision)
        db.execute(f"UPDATE published SET touched = :id WHERE pair = {_PAIR}", _key(mapping) | {"id": decision.id})
    else:
        _end(db, mapping, decision)


def forget(db: sqlite3.Connection) -> None:
    """Empty the table, for a rebuild from the decisions."""
    db.execute("DELETE FROM published")


def _end(db: sqlite3.Connection, mapping: Mapping, decision: Decision) -> None:
    """Mark a claim that was in force as ended; the reason is the act's, or that of the revision which asked for it."""
    db.execute(
        f"""
        UPDATE published SET touched = :id, changed = :id, changed_at = :at, ended_at = :at,
          reason = coalesce(nullif(:reason, ''), (SELECT note FROM decision WHERE decision.pair = published.pair
            AND decision.act = 'revise' AND decision.retire = 1 ORDER BY decision.id DESC LIMIT 1), '')
        WHERE pair = {_PAIR} AND ended_at IS NULL
        """,
        _key(mapping)
        | {
            "id": decision.id,
            "at": clock.text(decision.at),
            "reason": "The approval was undone." if decision.act is Act.UNDO else decision.note,
        },
    )


def _key(mapping: Mapping) -> dict[str, object]:
    key_event, (source, accession) = mapping.pair
    return {"key_event": key_event, "source": source, "accession": accession}


def _put(db: sqlite3.Connection, mapping: Mapping, claim: Claim, decision: Decision) -> None:
    """Write a claim in force; it counts as changed where it differs from what stands there, or comes back."""
    assessment, provenance = claim.assessment, claim.provenance
    score = claim.suggested.score if claim.suggested else provenance.score if provenance else None
    values: dict[str, object] = {
        "relation": claim.relation,
        "tier": claim.tier,
        "instrument": assessment.instrument if assessment else None,
        "instrument_version": assessment.version if assessment else None,
        "answers": json.dumps(assessment.answers, sort_keys=True) if assessment else None,
        "assessment_score": assessment.score if assessment else None,
        "score": score,
        "note": claim.note,
        "author": claim.author,
        "author_named": provenances.named(provenance.author) if provenance else None,
        "proposed_at": clock.text((provenance and provenance.at) or claim.at),
        "approver": mapping.approver,
        "approver_named": provenances.named(provenance.approver) if provenance else None,
        "approved_at": clock.text((provenance and provenance.approved_at) or mapping.approved_at or decision.at),
    }
    columns = ", ".join(_CLAIM)
    db.execute(
        f"""
        INSERT INTO published (pair, key_event, target, source, accession, changed, changed_at, touched, {columns})
        SELECT pair.id, pair.key_event, target.id, target.source, target.accession, :id, :at, :id,
          {", ".join(f":{name}" for name in _CLAIM)}
        FROM pair JOIN target ON target.id = pair.target
        WHERE pair.key_event = :key_event AND target.source = :source AND target.accession = :accession
        ON CONFLICT (pair) DO UPDATE SET changed = :id, changed_at = :at, ended_at = NULL, reason = '',
          {", ".join(f"{name} = excluded.{name}" for name in _CLAIM)}
        WHERE ended_at IS NOT NULL OR ({columns}) IS NOT ({", ".join(f"excluded.{name}" for name in _CLAIM)})
        """,
        _key(mapping) | values | {"id": decision.id, "at": clock.text(decision.at)},
    )
