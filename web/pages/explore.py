"""Explore: the mappings of all sources in one list, filtered and sorted by the address, for everybody."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from core.errors import Invalid
from core.model import Relation, Source, State, Tier
from core.sources import SPECS
from core.store import explore as store
from core.store.explore import MOST_COUNTED, Filter, Mark, Order
from web.context import site
from web.forms import SHOWN, Form, query
from web.kept import until_the_next_commit
from web.paging import address
from web.render import page

PATH = "/explore"
ALL = "all"
STATES = (State.APPROVED, *(state for state in State if state not in (State.OPEN, State.APPROVED)))
LONGEST_CURSOR = 80


PUBLISHED = (None, State.APPROVED)  # what of these can be had as files: those in force


@dataclass(frozen=True, slots=True)
class Tab:
    """One state to look at (None: all of them), with its address."""

    state: State | None
    address: str


@dataclass(frozen=True, slots=True)
class Heading:
    """A column that sorts: its word, where it leads, and which way it is sorted now (`aria-sort`), if it is."""

    word: str
    address: str
    sorted: str


def read_filter(form: Form, *, key_event: str = "key_event", aop: str = "aop") -> Filter:
    """The filter in the fields of an address; `key_event` and `aop` are what these two are called there.

    Raises Invalid naming the field that is wrong.
    """
    return Filter(
        state=_state(form),
        key_event=form.numbered(key_event, "KE 149"),
        aop=form.numbered(aop, "AOP 17"),
        source=form.choice_or_none("source", Source),
        accession=_accession(form),
        gene=form.text("gene", max=SHOWN, default=""),
        tier=form.choice_or_none("tier", Tier),
        relation=form.choice_or_none("relation", Relation),
        person=form.text("person", max=SHOWN, default=""),
        since=form.day("since"),
        until=form.day("until"),
    )


def fields(filter: Filter) -> dict[str, str]:
    """The fields that `read_filter` reads back; those that say nothing are empty."""
    return {
        "state": "" if filter.state is State.APPROVED else filter.state or ALL,
        "key_event": str(filter.key_event or ""),
        "aop": str(filter.aop or ""),
        "source": filter.source or "",
        "target": filter.accession,
        "gene": filter.gene,
        "tier": filter.tier or "",
        "relation": filter.relation or "",
        "person": filter.person,
        "since": filter.since.isoformat() if filter.since else "",
        "until": filter.until.isoformat() if filter.until else "",
    }


@until_the_next_commit
async def explore(request: Request) -> Response:
    """`GET /explore`."""
    asked = query(request)
    filter, order = read_filter(asked), asked.choice_or_none("sort", Order) or Order.NEWEST
    found = await site(request).database.read(
        store.page, filter, order, after=_mark(asked, "after"), before=_mark(asked, "before")
    )
    kept = fields(filter) | {"sort": "" if order is Order.NEWEST else order}
    return page(
        request,
        "explore/page.html",
        found=found,
        total=f"{found.total:,}" if found.total <= MOST_COUNTED else f"more than {MOST_COUNTED:,}",
        filter=filter,
        fields=fields(filter),
        order=order,
        tabs=[Tab(state, address(PATH, kept | {"state": _tab(state)})) for state in (*STATES, None)],
        headings=_headings(kept, order),
        narrowed=any(value for name, value in fields(filter).items() if name != "state"),
        more=any((filter.aop, filter.tier, filter.relation, filter.person, filter.since, filter.until)),
        previous=address(PATH, kept | {"before": _cursor(found.before)}) if found.before else None,
        next=address(PATH, kept | {"after": _cursor(found.after)}) if found.after else None,
        downloads=address("/downloads", fields(filter) | {"state": ""}) if filter.state in PUBLISHED else None,
        choices={"source": SPECS.values(), "tier": Tier, "relation": Relation},
    )


def _headings(kept: dict[str, str], order: Order) -> dict[str, Heading]:
    """What sorts the list. Sorted by time, another click turns it round."""
    other = Order.OLDEST if order is Order.NEWEST else Order.NEWEST
    words = {
        "key_event": ("Key Event", Order.KEY_EVENT, "ascending" if order is Order.KEY_EVENT else ""),
        "target": ("Target", Order.TARGET, "ascending" if order is Order.TARGET else ""),
        "confidence": ("Confidence", Order.CONFIDENCE, "descending" if order is Order.CONFIDENCE else ""),
        "at": ("Date", other, {Order.NEWEST: "descending", Order.OLDEST: "ascending"}.get(order, "")),
    }
    return {
        name: Heading(word, address(PATH, kept | {"sort": "" if by is Order.NEWEST else by}), way)
        for name, (word, by, way) in words.items()
    }


def _tab(state: State | None) -> str:
    return "" if state is State.APPROVED else state or ALL


def _state(form: Form) -> State | None:
    value = form.text("state", max=SHOWN, default=State.APPROVED)
    if value in STATES:
        return State(value)
    if value == ALL:
        return None
    raise Invalid(f"state is {value!r}, expected one of: {', '.join(STATES)}, {ALL}.", "state")


def _accession(form: Form) -> str:
    """The id of a target, with or without its source before it."""
    value = form.text("target", max=SHOWN, default="")
    bare = next((value[len(source) + 1 :] for source in Source if value.startswith(f"{source}:")), value).upper()
    if bare and not any(spec.accession.fullmatch(bare) for spec in SPECS.values()):
        examples = ", ".join(spec.example for spec in SPECS.values())
        raise Invalid(f"target is {value!r}, expected an id like one of: {examples}.", "target")
    return bare


def _mark(form: Form, name: str) -> Mark | None:
    """Where to go on from: `value~pair`, as the addresses of the pages beside this one have it."""
    value, _, pair = form.text(name, max=LONGEST_CURSOR, default="").rpartition("~")
    if name not in form:
        return None
    if not pair.isascii() or not pair.isdigit() or len(pair) > 15:
        raise Invalid(f"{name} is no place in this list; begin at its first page.", name)
    return Mark(value, int(pair))


def _cursor(mark: Mark | None) -> str:
    return f"{mark.value}~{mark.pair}" if mark else ""
