"""What SSSOM says beyond mappings in force: rejected pairs, and Key Events for which nothing fits."""

import json
import sqlite3
from collections.abc import Iterator

from core.export.published import Statement
from core.model import Relation, Source, TargetKey
from core.store.rows import contributors


def rejected(db: sqlite3.Connection, source: Source | None = None) -> Iterator[Statement]:
    """The pairs that stand rejected, with who said so, when and why; by Key Event, source and accession."""
    people = contributors(db)
    rows = db.execute(
        f"""
        SELECT mapping.uuid, mapping.key_event, key_event.title AS key_event_title, mapping.source, mapping.accession,
          target.title, mapping.person, mapping.at,
          (SELECT decision.note FROM decision WHERE decision.pair = mapping.pair AND decision.act = 'reject'
             ORDER BY decision.id DESC LIMIT 1) AS note
        FROM mapping
        JOIN key_event ON key_event.id = mapping.key_event
        JOIN target ON target.id = mapping.target
        WHERE mapping.state = 'rejected' {"AND mapping.source = :source" if source else ""}
        ORDER BY mapping.key_event, mapping.source, mapping.accession
        """,
        {"source": source},
    )
    for row in rows:
        source = Source(row["source"])
        yield Statement(
            record=row["uuid"],
            key_event=row["key_event"],
            key_event_title=row["key_event_title"],
            source=source,
            relation=Relation.RELATED,
            target=TargetKey(source, row["accession"]),
            title=row["title"],
            negative=True,
            author=people[row["person"]],
            at=row["at"],
            comment=row["note"] or "",
        )


def nothing_fits(db: sqlite3.Connection, source: Source | None = None) -> Iterator[Statement]:
    """A statement for each Key Event and source where “nothing fits” is in force, with who said it last."""
    people = contributors(db)
    rows = db.execute(
        """
        SELECT progress.key_event, key_event.title, sources.value AS source, act.uuid, act.person, act.at, act.note
        FROM key_event_progress AS progress
        JOIN json_each(progress.no_target) AS sources
        JOIN key_event ON key_event.id = progress.key_event
        JOIN no_target AS act ON act.id = (
          SELECT max(said.id) FROM no_target AS said
          WHERE said.key_event = progress.key_event AND said.undoes IS NULL
            AND (said.source IS NULL OR said.source = sources.value)
            AND NOT EXISTS (SELECT 1 FROM no_target AS undo WHERE undo.undoes = said.id))
        WHERE :source IS NULL OR sources.value = :source
        ORDER BY progress.key_event, sources.value
        """,
        {"source": source},
    )
    for row in rows:
        yield Statement(
            record=f"{row['uuid']}-{row['source']}",
            key_event=row["key_event"],
            key_event_title=row["title"],
            source=Source(row["source"]),
            relation=Relation.RELATED,
            author=people[row["person"]],
            at=row["at"],
            comment=row["note"],
        )


def answered(db: sqlite3.Connection) -> tuple[set[tuple[int, TargetKey]], set[tuple[int, Source]]]:
    """What is not undecided: pairs that somebody has decided on, and Key Events with the sources where nothing fits."""
    pairs = db.execute("SELECT key_event, source, accession FROM mapping WHERE state <> 'open'")
    nothing = db.execute("SELECT key_event, no_target FROM key_event_progress WHERE no_target <> '[]'")
    return (
        {(key_event, TargetKey(Source(source), accession)) for key_event, source, accession in pairs},
        {(key_event, Source(source)) for key_event, sources in nothing for source in json.loads(sources)},
    )
