"""How SQLite goes about what it is asked: which statements walk through a whole table."""

import re
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from core.store import connection

# Foreign keys of people who are new: SQLite plans for what it then skips, a row that nothing can point to yet.
UNSCANNED = "INSERT INTO person"
LITERAL = re.compile(r"'(?:[^']|'')*'|\b\d+(?:\.\d+)?\b")
# What a request may walk through from end to end: these steps, and those that go on behind a blank.
ALLOWED = (
    # a list in a parameter, what FTS5 matched, and what was found a step before
    "SCAN json_each VIRTUAL TABLE ",
    "SCAN wanted VIRTUAL TABLE ",
    "SCAN target_text VIRTUAL TABLE INDEX 0:M",
    "SCAN key_event_text VIRTUAL TABLE INDEX 0:M",
    "SCAN gene_text VIRTUAL TABLE INDEX 0:M",
    "SCAN gene_set_text VIRTUAL TABLE INDEX 0:M",
    "SCAN main.gene_set_text_config",
    "SCAN main.gene_text_config",
    "SCAN main.target_text_config",
    "SCAN main.key_event_text_config",
    "SCAN CONSTANT ROW",
    "SCAN (subquery",
    "SCAN sources VIRTUAL TABLE ",
    "SCAN acts",
    "SCAN edge",
    "SCAN member",
    "SCAN mapped",
    # what the page lists or counts: some 1,500 Key Events with their places in 500 AOPs, a row an import, the people
    "SCAN key_event",
    "SCAN key_event_progress",
    "SCAN progress",
    "SCAN key_event_progress USING ",
    "SCAN key_event USING ",
    "SCAN aop",
    "SCAN aop_member",
    "SCAN aop_member USING ",
    "SCAN snapshot USING COVERING INDEX ",
    "SCAN person",
    "SCAN access_code",
    "SCAN access_code_use",
    "SCAN release",
    # what NCBI calls genes, for a file of gene sets by id
    "SCAN gene_ncbi",
    "SCAN instance",
    # sessions in force, and what the operator's page counts
    "SCAN session",
    "SCAN decision USING COVERING INDEX ",
    "SCAN no_target USING COVERING INDEX ",
    # lists of mappings: counted and walked in the order of an index, never row by row
    "SCAN mapping USING ",
    "SCAN published USING ",
)
ASKED = ("SELECT", "WITH", "INSERT", "UPDATE", "DELETE")


def key(statement: str) -> str:
    """A statement without its values."""
    return LITERAL.sub("?", statement)


def scans(db: sqlite3.Connection, statement: str) -> list[str]:
    """The steps of a statement that walk through something from end to end."""
    steps = [str(row["detail"]) for row in db.execute(f"EXPLAIN QUERY PLAN {statement}")]
    return [step for step in steps if step.startswith("SCAN")]


def listed(step: str, allowed: tuple[str, ...]) -> bool:
    """Whether a scan is one of those that may be. `0:M4` is a match, as `0:M1` is, and subqueries have numbers."""
    return any(step == each or (each.endswith((" ", ":M", "(subquery")) and step.startswith(each)) for each in allowed)


@dataclass
class Watch:
    """Looks at each statement that passes, once, whatever its values. `found` are those that scan what they may not."""

    allowed: tuple[str, ...]
    known: set[str] = field(default_factory=set)
    found: list[tuple[str, list[str]]] = field(default_factory=list)

    def watched(self, run: Callable[..., object]) -> Callable[..., object]:
        """`run(db, …)` as it is, with every statement of it looked at afterwards."""

        def running(db: sqlite3.Connection, *args: object, **kwargs: object) -> object:
            asked: list[str] = []
            db.set_trace_callback(asked.append)
            try:
                return run(db, *args, **kwargs)
            finally:
                db.set_trace_callback(None)
                self.look(db, asked)

        return running

    def streamed(self, pieces: Callable[..., Iterator[Any]]) -> Callable[..., Iterator[Any]]:
        """`pieces(path, make)`, which streams what `make(db)` reads, each statement looked at in the end."""

        def streaming(path: Path, make: Callable[[sqlite3.Connection], Any]) -> Iterator[Any]:
            asked: list[str] = []

            def made(db: sqlite3.Connection) -> Any:
                db.set_trace_callback(asked.append)
                return make(db)

            try:
                yield from pieces(path, made)
            finally:
                with connection.reader(path) as db:
                    self.look(db, asked)

        return streaming

    def look(self, db: sqlite3.Connection, asked: list[str]) -> None:
        """Look at those of these statements that are new; what begins with -- is FTS5's own."""
        for statement in asked:
            name = key(statement).strip()
            if not name.startswith(ASKED) or name.startswith(UNSCANNED) or name in self.known:
                continue
            self.known.add(name)
            if steps := [step for step in scans(db, statement) if not listed(step, self.allowed)]:
                self.found.append((" ".join(statement.split()), steps))
