"""How somebody looks at a Key Event: which rows, in which place of the queue. All of it is in the address."""

import sqlite3
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from core import triage
from core.errors import Invalid
from core.model import Level, Pair, Person, Progress, Source, State, TargetKey
from core.rules import Eyes
from core.store.queue import Filter
from core.triage import Row, Sheet
from web import render
from web.context import Site
from web.forms import MOST_TEXT, Form

PAGE = 30
LEAST = 8
MOST_PAGES = 20
MOST_WITH = 20


@dataclass(frozen=True, slots=True)
class View:
    """The filters of the table, the targets put into it by hand, the current row, and the queue worked through."""

    key_event: int
    source: Source | None = None
    state: State | None = None
    words: str = ""
    more: int = 0
    put: tuple[TargetKey, ...] = ()
    at: TargetKey | None = None
    queue: Filter = Filter()

    of_many = False  # the rows are of one Key Event, which the page says above them
    still = "open"

    def sheet(self, db: sqlite3.Connection, site: Site, asking: Person | None, also: Pair | None = None) -> Sheet:
        """The table of the Key Event: suggestions, decisions, what was put in by hand, and `also`."""
        put = [*self.put, *([self.at] if self.at else []), *([also.target] if also else [])]
        suggested = site.warm.first(self.key_event, self.rows, LEAST)
        return triage.sheet(db, self.key_event, suggested, site.warm.of, eyes(site, asking), put)

    def pair(self, sent: Form) -> Pair:
        """The pair that a form of this page is about."""
        return Pair(self.key_event, target(sent.text("target", max=MOST_TEXT), "target"))

    @property
    def caption(self) -> str:
        """What the table is, for those who hear it."""
        return f"Targets suggested for KE {self.key_event}, best first, and those decided on"

    @property
    def nothing(self) -> str:
        """Why the table is empty, and what to do."""
        return "No suggestions for this Key Event: put a target in with the key / below."

    def slug(self, row: Row) -> str:
        """The row as a part of ids of elements: `wikipathways-WP408`."""
        return render.slug(row.key)

    def name(self, row: Row) -> str:
        """The row as scripts know it: `wikipathways:WP408`."""
        return str(row.key)

    def stands(self, row: Row) -> str:
        """The state of a row as scripts know it."""
        return row.mapping.state

    def row_fields(self, row: Row) -> list[tuple[str, object]]:
        """What a form of this row must say beside its target: nothing, the address says it."""
        return []

    def here(self, pair: Pair) -> str:
        """The address of this page with a pair's row as the current one."""
        return f"/key-events/{self.key_event}{_query([*self._queue(), *self._table(pair.target)])}"

    @property
    def rows(self) -> int:
        """How many suggested rows to show."""
        return PAGE * (1 + self.more)

    @property
    def filtered(self) -> bool:
        """Whether the table leaves rows out."""
        return bool(self.source or self.state or self.words)

    def shows(self, row: Row) -> bool:
        """Whether the filters leave this row in the table."""
        text = f"{row.key.accession} {row.target.title}".lower()
        return (
            self.source in (None, row.key.source)
            and self.state in (None, row.mapping.state)
            and all(word in text for word in self.words.lower().split())
        )

    def path(self, part: str = "", key_event: int | None = None) -> str:
        """The address of a part of this page (`/table`), or of another Key Event's page in the same queue."""
        if key_event is not None:
            return f"/key-events/{key_event}{_query(self._queue())}"
        return f"/key-events/{self.key_event}{part}{_query([*self._queue(), *self._table(self.at)])}"

    def with_(self, **changes: object) -> "View":
        """This view with other values."""
        return replace(self, **changes)  # type: ignore[arg-type]

    def queue_fields(self) -> list[tuple[str, object]]:
        """The queue as fields of a form: names and values, those that say something."""
        return [(name, value) for name, value in self._queue() if value]

    def fields(self) -> list[tuple[str, object]]:
        """All of this view as fields of a form."""
        return [(name, value) for name, value in [*self._queue(), *self._table(self.at)] if value]

    def _queue(self) -> list[tuple[str, object]]:
        queue = self.queue
        return [("progress", queue.progress), ("aop", queue.aop), ("level", queue.level), ("text", queue.text)]

    def _table(self, at: TargetKey | None) -> list[tuple[str, object]]:
        return [
            ("source", self.source),
            ("state", self.state),
            ("words", self.words),
            ("more", self.more),
            *(("with", target) for target in self.put),
            ("at", at),
        ]


def eyes(site: Site, asking: Person | None) -> Eyes:
    """Who looks, under this site's rule of how many must."""
    return Eyes(asking, single=site.settings.single)


def read(key_event: int, query: Form) -> View:
    """The view that an address describes. Raises Invalid naming the field where a value is none of its kind."""
    return View(
        key_event=key_event,
        source=query.choice_or_none("source", Source),
        state=query.choice_or_none("state", State),
        words=query.text("words", max=MOST_TEXT, default=""),
        more=query.integer("more", default=0, most=MOST_PAGES),
        put=tuple(target(text, "with") for text in query.all("with")[:MOST_WITH]),
        at=target(query.text("at", max=MOST_TEXT), "at") if "at" in query else None,
        queue=Filter(
            progress=query.choice_or_none("progress", Progress),
            aop=query.integer("aop", default=0) or None,
            level=query.choice_or_none("level", Level),
            text=query.text("text", max=MOST_TEXT, default=""),
        ),
    )


def target(text: str, field: str) -> TargetKey:
    """The target that a field names. Raises Invalid where it is not `source:accession`."""
    try:
        return TargetKey.parse(text)
    except ValueError:
        example = f"{next(iter(Source))}:WP254"
        raise Invalid(f"{field} is {text!r}, expected a source and an accession, like {example}.", field) from None


def _query(fields: list[tuple[str, object]]) -> str:
    given = [(name, str(value)) for name, value in fields if value]
    return f"?{urlencode(given)}" if given else ""
