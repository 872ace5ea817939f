"""Decisions: an append-only table. Rows are added and read, never changed."""

import json
import sqlite3
from collections.abc import Collection
from dataclasses import asdict

from core.model import (
    Act,
    Assessment,
    Decision,
    Evidence,
    NoTarget,
    Pair,
    Relation,
    Role,
    Source,
    Suggested,
    TargetKey,
    Tier,
)
from core.store import acts, clock, no_targets, provenances

_COLUMNS = """
  decision.id, decision.uuid, pair.key_event, target.source, target.accession, decision.person, decision.act,
  decision.base_version, decision.at, decision.relation, decision.instrument, decision.instrument_version,
  decision.answers, decision.assessment_score, decision.tier, decision.score, decision.rank, decision.run,
  decision.note, decision.evidence, decision.retire, decision.undoes, decision.bulk, decision.provenance,
  decision.role
"""
_FROM = "FROM decision JOIN pair ON pair.id = decision.pair JOIN target ON target.id = pair.target"
_STANDS = "NOT EXISTS (SELECT 1 FROM decision AS undo WHERE undo.undoes = decision.id)"


def of_pair(db: sqlite3.Connection, pair: Pair) -> list[Decision]:
    """Every decision on a pair, in order, undone ones and undos included."""
    rows = db.execute(
        f"SELECT {_COLUMNS} {_FROM} WHERE pair.key_event = :key_event AND target.source = :source "
        "AND target.accession = :accession ORDER BY decision.id",
        {"key_event": pair.key_event, "source": pair.target.source, "accession": pair.target.accession},
    )
    return [_decision(row) for row in rows]


def of_key_event(db: sqlite3.Connection, key_event: int) -> list[Decision]:
    """Every decision on any pair of a Key Event, in order."""
    rows = db.execute(
        f"SELECT {_COLUMNS} {_FROM} WHERE pair.key_event = :key_event ORDER BY decision.id", {"key_event": key_event}
    )
    return [_decision(row) for row in rows]


def of_pairs(db: sqlite3.Connection, pairs: Collection[Pair]) -> list[Decision]:
    """Every decision on any of these pairs, in order."""
    rows = db.execute(
        f"""
        SELECT {_COLUMNS} FROM json_each(:pairs) AS wanted
        JOIN target ON target.source = wanted.value ->> 1 AND target.accession = wanted.value ->> 2
        JOIN pair ON pair.target = target.id AND pair.key_event = wanted.value ->> 0
        JOIN decision ON decision.pair = pair.id
        ORDER BY decision.id
        """,
        {"pairs": json.dumps([(pair.key_event, *pair.target) for pair in pairs])},
    )
    return [_decision(row) for row in rows]


def by_key(db: sqlite3.Connection, person: int, key: str) -> Decision | NoTarget | None:
    """What a person's form with this idempotency key has written already; None where nothing was."""
    row = db.execute(
        f"SELECT {_COLUMNS} {_FROM} WHERE decision.person = :person AND decision.idempotency_key = :key",
        {"person": person, "key": key},
    ).fetchone()
    return _decision(row) if row else no_targets.by_key(db, person, key)


def pair_of(db: sqlite3.Connection, uuid: str) -> Pair | None:
    """The pair that the decision with this uuid is on; None where there is no such decision."""
    row = db.execute(
        f"SELECT pair.key_event, target.source, target.accession {_FROM} WHERE decision.uuid = :uuid", {"uuid": uuid}
    ).fetchone()
    return _pair(row) if row else None


def newest_id(db: sqlite3.Connection, person: int) -> int:
    """The id of a person's newest decision, undos included; 0 where there is none."""
    (newest,) = db.execute("SELECT max(id) FROM decision WHERE person = :person", {"person": person}).fetchone()
    return newest or 0


def newest_bulk(db: sqlite3.Connection, person: int) -> list[Decision]:
    """The newest standing decision of a person and those that were made with it as one bulk, in order."""
    newest = db.execute(
        f"SELECT id, bulk FROM decision WHERE person = :person AND act <> 'undo' AND {_STANDS}"
        " ORDER BY id DESC LIMIT 1",
        {"person": person},
    ).fetchone()
    if newest is None:
        return []
    rows = db.execute(
        f"""
        SELECT {_COLUMNS} {_FROM}
        WHERE (decision.id = :id OR decision.bulk = :bulk) AND decision.person = :person AND {_STANDS}
        ORDER BY decision.id
        """,
        {"id": newest["id"], "bulk": newest["bulk"], "person": person},
    )
    return [_decision(row) for row in rows]


def pairs(db: sqlite3.Connection) -> list[Pair]:
    """Every pair that somebody has decided on."""
    rows = db.execute(
        "SELECT pair.key_event, target.source, target.accession FROM pair JOIN target ON target.id = pair.target"
    )
    return [_pair(row) for row in rows]


def add(db: sqlite3.Connection, decision: Decision, key: str) -> None:
    """Append a decision, whose id is `acts.next_id`, under the idempotency key of the form that it came from.

    Raises Conflict where another stands on the same version or under the same key.
    """
    assessment, suggested = decision.assessment, decision.suggested
    values = {
        "id": decision.id,
        "uuid": decision.uuid,
        "pair": _pair_id(db, decision.pair),
        "person": decision.person,
        "role": decision.role.word if decision.role else None,
        "act": decision.act,
        "relation": decision.relation,
        "instrument": assessment.instrument if assessment else None,
        "instrument_version": assessment.version if assessment else None,
        "answers": json.dumps(assessment.answers, sort_keys=True) if assessment else None,
        "assessment_score": assessment.score if assessment else None,
        "tier": assessment.tier if assessment else None,
        "score": suggested.score if suggested else None,
        "rank": suggested.rank if suggested else None,
        "run": suggested.run if suggested else None,
        "note": decision.note,
        "evidence": json.dumps(asdict(decision.evidence)) if decision.evidence else None,
        "retire": int(decision.retire),
        "undoes": decision.undoes,
        "bulk": decision.bulk,
        "provenance": provenances.text(decision.provenance),
        "base_version": decision.version - 1,
        "idempotency_key": key,
        "at": clock.text(decision.at),
    }
    acts.append(db, "decision", values)


def _pair_id(db: sqlite3.Connection, pair: Pair) -> int:
    named = {"key_event": pair.key_event, "source": pair.target.source, "accession": pair.target.accession}
    db.execute(
        "INSERT INTO pair (key_event, target) SELECT :key_event, id FROM target "
        "WHERE source = :source AND accession = :accession ON CONFLICT DO NOTHING",
        named,
    )
    row = db.execute(
        "SELECT pair.id FROM pair JOIN target ON target.id = pair.target "
        "WHERE key_event = :key_event AND source = :source AND accession = :accession",
        named,
    ).fetchone()
    return int(row[0])


def _pair(row: sqlite3.Row) -> Pair:
    return Pair(row["key_event"], TargetKey(Source(row["source"]), row["accession"]))


def _decision(row: sqlite3.Row) -> Decision:
    assessment = suggested = None
    if row["tier"]:
        assessment = Assessment(
            row["instrument"],
            row["instrument_version"],
            json.loads(row["answers"]),
            row["assessment_score"],
            Tier(row["tier"]),
        )
    if row["run"]:
        suggested = Suggested(row["score"], row["rank"], row["run"])
    return Decision(
        id=row["id"],
        uuid=row["uuid"],
        pair=_pair(row),
        person=row["person"],
        act=Act(row["act"]),
        version=row["base_version"] + 1,
        at=clock.moment(row["at"]),
        relation=Relation(row["relation"]) if row["relation"] else None,
        assessment=assessment,
        suggested=suggested,
        note=row["note"],
        evidence=_evidence(row["evidence"]),
        retire=bool(row["retire"]),
        undoes=row["undoes"],
        bulk=row["bulk"],
        provenance=provenances.read(row["provenance"]),
        role=Role[row["role"].upper()] if row["role"] else None,
    )


def _evidence(text: str | None) -> Evidence:
    if not text:
        return Evidence()
    found = json.loads(text)
    return Evidence(tuple(found["pmids"]), tuple(found["dois"]), found["quote"])
