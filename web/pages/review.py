"""The review queue: what waits for a second pair of eyes, on the same table, keys and code as the triage."""

import sqlite3
from dataclasses import dataclass, replace

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from core import triage, undoing
from core.details import Detail
from core.model import Pair, Person, Source, State, Tier
from core.store import waiting
from core.store.waiting import Filter
from core.triage import Row, Waiting
from web import errors, forms, render
from web.context import Site, signed_in, site
from web.forms import MOST_KEY, MOST_TEXT, Form
from web.kept import until_the_next_commit
from web.pages import approvals, decisions
from web.pages import view as views
from web.pages.decisions import KINDS, decided, decided_in_place, row_answer
from web.pages.key_event import read_rows, words
from web.pages.keys import KEYS
from web.paging import address, pager

SIZE = 30  # as a Key Event shows: every row is made anew whenever somebody decides
REVIEW, RECHECK = "/review", "/recheck"
NOTHING_WAITS = (
    "Nothing waits for a reviewer. Proposals come here as curators make them; the queue has Key Events to judge."
)
NOTHING_CHANGED = (
    "Nothing to look at again. An approved mapping comes here when its Key Event or target is renamed, rewritten, "
    "withdrawn, or gets other genes."
)


@dataclass(frozen=True, slots=True)
class View:
    """Which waiting pairs are shown, on which page, and which row is current. All of it is in the address."""

    filter: Filter = Filter()
    number: int = 1
    at: Pair | None = None

    of_many = True  # each row says which Key Event it is for
    still = "waiting"

    @property
    def root(self) -> str:
        """The address of this queue."""
        return RECHECK if self.filter.stale else REVIEW

    @property
    def heading(self) -> str:
        """The title of the page."""
        return "Look again" if self.filter.stale else "Review"

    @property
    def caption(self) -> str:
        """What the table holds."""
        return "Mappings to look at again, oldest first" if self.filter.stale else "Mappings that wait for a reviewer"

    @property
    def open(self) -> str:
        """The states of rows that still want a press."""
        return "stale" if self.filter.stale else "proposed revision"

    @property
    def nothing(self) -> str:
        """What an empty queue says."""
        return NOTHING_CHANGED if self.filter.stale else NOTHING_WAITS

    @property
    def filtered(self) -> bool:
        """Whether the filters leave something out."""
        return self.filter != Filter(stale=self.filter.stale)

    def sheet(self, db: sqlite3.Connection, site: Site, asking: Person | None, also: Pair | None = None) -> Waiting:
        """The page of the queue; with `also`, its row alone, whether it still waits or not."""
        eyes = views.eyes(site, asking)
        table = triage.queue(db, self.filter, self.number, SIZE, site.warm.listed, eyes)
        return replace(table, rows=triage.pairs(db, [also], site.warm.listed, eyes)) if also else table

    def pair(self, sent: Form) -> Pair:
        """The pair that a form of this page is about."""
        return Pair(sent.integer("key_event"), views.target(sent.text("target", max=MOST_TEXT), "target"))

    def slug(self, row: Row) -> str:
        """The row as a part of ids of elements."""
        return f"{row.pair.key_event}-{row.key}".replace(":", "-")

    def name(self, row: Row) -> str:
        """The row as scripts know it: `149/wikipathways:WP408`."""
        return approvals.name(row.pair)

    def stands(self, row: Row) -> str:
        """The state of a row as scripts know it; what is to be looked at again is that, until somebody has."""
        again = self.filter.stale and row.mapping.stale and row.mapping.state is State.APPROVED
        return "stale" if again else row.mapping.state

    def row_fields(self, row: Row) -> list[tuple[str, object]]:
        """What a form of this row must say beside its target."""
        return [("key_event", row.pair.key_event)]

    def shows(self, row: Row) -> bool:
        """Whether the filters leave this row in the table; the store has left out the others."""
        return True

    def path(self, part: str = "") -> str:
        """The address of a part of this page."""
        place = {"page": str(self.number) if self.number > 1 else "", "at": approvals.name(self.at) if self.at else ""}
        return address(f"{self.root}{part}", self.fields_of_filter() | place)

    def fields_of_filter(self) -> dict[str, str]:
        """The filter as fields of an address."""
        filter = self.filter
        said = {"key_event": filter.key_event, "aop": filter.aop, "author": filter.author, "tier": filter.tier}
        return {field: str(value) for field, value in (said | {"source": filter.source}).items() if value}

    def here(self, pair: Pair) -> str:
        """The address of this page with a pair's row as the current one."""
        return replace(self, at=pair).path()


@dataclass(frozen=True, slots=True)
class Loaded:
    """What one read of the database gives the page."""

    table: Waiting
    details: list[Detail]
    authors: list[str]


@until_the_next_commit
async def show(request: Request) -> Response:
    """`GET /review`."""
    view, person = _view(request), signed_in(request)
    loaded = await site(request).database.read(_load, site(request), view, person)
    total = loaded.table.total
    return render.page(
        request,
        "review/page.html",
        **words(person, loaded.table),
        view=view,
        rows=loaded.table.rows,
        here=_current(view, loaded.table),
        details={detail.row.pair: detail for detail in loaded.details},
        authors=loaded.authors,
        key_list=KEYS,
        pager=pager(view.root, view.fields_of_filter(), view.number, SIZE, total) if total > SIZE else None,
    )


@until_the_next_commit
async def details(request: Request) -> Response:
    """`GET /review/table/details`: the details of every row, fetched once."""
    view, person = _view(request), signed_in(request)
    table, found = await site(request).database.read(_read_details, site(request), view, person)
    return render.partial(request, "key_event/_details.html", view=view, **words(person, table), details=found)


async def decide(request: Request) -> Response:
    """`POST /review/decisions`."""
    return await decided(request, _view(request))


async def decide_in_place(request: Request) -> Response:
    """`POST /review/table/decisions`."""
    return await decided_in_place(request, _view(request))


async def undo(request: Request) -> Response:
    """`POST /review/undo`: the newest act of the visitor on any pair, a bulk as one."""
    await _undo(request)
    return RedirectResponse(_view(request).path(), status_code=303)


async def undo_in_place(request: Request) -> Response:
    """`POST /review/table/undo`: the row that it was on; of a bulk, the page anew."""
    view = _view(request)
    try:
        undone = await _undo(request)
    except tuple(KINDS) as error:
        return render.partial(request, "key_event/_status.html", errors.status(error), status=str(error))
    if len(undone.acts) > 1 or undone.left:
        return Response(status_code=200, headers={"HX-Refresh": "true"})
    pair = undone.acts[0].pair
    answer = await row_answer(request, view, pair, done=decisions.UNDONE, out_of_band=True)
    answer.headers["HX-Trigger"] = decisions.undone(approvals.name(pair))
    return answer


def _view(request: Request) -> View:
    query = forms.query(request)
    return View(
        filter=Filter(
            key_event=query.numbered("key_event", "KE 149"),
            aop=query.numbered("aop", "AOP 17"),
            author=query.text("author", max=MOST_TEXT, default=""),
            tier=query.choice_or_none("tier", Tier),
            source=query.choice_or_none("source", Source),
            stale=request.url.path.startswith(RECHECK),
        ),
        number=max(1, query.integer("page", default=1, most=10_000)),
        at=approvals.pair(query.text("at", max=MOST_TEXT), "at") if "at" in query else None,
    )


def _load(db: sqlite3.Connection, site: Site, view: View, person: Person) -> Loaded:
    table = view.sheet(db, site, person)
    current = _current(view, table)
    row = table.row(current) if current else None
    return Loaded(table, read_rows(db, site, [row], table.rows, ranked=False), waiting.authors(db))


def _read_details(db: sqlite3.Connection, site: Site, view: View, person: Person) -> tuple[Waiting, list[Detail]]:
    table = view.sheet(db, site, person)
    return table, read_rows(db, site, table.rows, table.rows, ranked=False)


def _current(view: View, table: Waiting) -> Pair | None:
    pairs = [row.pair for row in table.rows]
    return view.at if view.at in pairs else pairs[0] if pairs else None


async def _undo(request: Request) -> undoing.Undone:
    sent = await forms.form(request)
    key, person = sent.text("key", max=MOST_KEY), signed_in(request)
    here = site(request)
    return await here.database.write(undoing.undo_bulk, person.id, key, here.clock(), single=here.settings.single)
