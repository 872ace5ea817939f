"""Which mappings somebody asks for, in the fields of an address: the filters of explore, and what files and API add."""

import re
from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, datetime

from starlette.requests import Request

from core.errors import Invalid
from core.model import Source, State, Tier
from core.store.exports import Selection
from web.forms import SHOWN, Form, query
from web.pages import explore

MOMENT = re.compile(r"(19|20|21)\d\d-\d\d-\d\d([Tt]|$)", re.ASCII)
IN_FORCE = (None, State.APPROVED, State.REVISION)
FIELDS = ("source", "key_event", "aop", "target", "gene", "tier", "relation", "person", "since", "until", "state")
MORE = ("aop_id", "ke_id", "min_confidence", "updated_since")


def read(form: Form, source: Source | None = None, also: Collection[str] = ()) -> Selection:
    """The selection that an address asks for; `source`: of that one only. `also` are other fields that may stand there.

    Raises Invalid naming a field that is not known, not of its kind, sent by both of its names, or that asks for what
    is not in force.
    """
    require_known(form, {*FIELDS, *MORE, *also})
    filter = explore.read_filter(form, key_event=_name(form, "key_event", "ke_id"), aop=_name(form, "aop", "aop_id"))
    if filter.state not in IN_FORCE:
        raise Invalid(f"state is “{filter.state}”: files and API hold mappings in force; leave it out.", "state")
    if source is not None and filter.source not in (None, source):
        raise Invalid(f"source is “{filter.source}”; this address has {source} only.", "source")
    return Selection(
        filter=replace(filter, state=None, source=source or filter.source),
        least=form.choice("min_confidence", Tier) if "min_confidence" in form else None,
        changed_since=moment(form, "updated_since"),
    )


def fields(selection: Selection) -> dict[str, str]:
    """The fields that `read` reads back; those that say nothing are empty."""
    said = explore.fields(selection.filter)
    del said["state"]
    changed = selection.changed_since
    return said | {
        "min_confidence": selection.least or "",
        "updated_since": changed.isoformat() if changed else "",
    }


def is_whole(selection: Selection) -> bool:
    """Whether it asks for all mappings there are, of one source or of all."""
    return not any(value for name, value in fields(selection).items() if name != "source")


def require_known(form: Form, known: Collection[str]) -> None:
    """Raise Invalid naming a field that is not one of `known`."""
    for name in form.fields:
        if name not in known:
            raise Invalid(f"{name[:SHOWN]} is no field here; there are {', '.join(sorted(known))}.", name[:SHOWN])


def sent(request: Request) -> Form:
    """The fields of a program's address. Raises Invalid naming one that is empty: it is a variable that nobody filled,
    and all mappings are not what it meant."""
    found = query(request)
    for name, values in found.fields.items():
        if not all(value.strip() for value in values):
            raise Invalid(f"{name[:SHOWN]} is empty; give it a value, or leave it out.", name[:SHOWN])
    return found


def _name(form: Form, ours: str, alias: str) -> str:
    """By which of its two names a field was sent. Raises Invalid where it was by both."""
    if ours in form and alias in form:
        raise Invalid(f"{alias} and {ours} are one field by two names; send one of them.", alias)
    return alias if alias in form else ours


def moment(form: Form, name: str) -> datetime | None:
    """A day or a time of our centuries, in UTC where it does not say; None where the field is not sent."""
    value = form.text(name, max=SHOWN, default="")
    if not value:
        return None
    try:
        # a + that was not encoded reads as a space
        found = datetime.fromisoformat(value.upper().replace(" ", "+"))
    except ValueError:
        found = None
    if found is None or not MOMENT.match(value):
        raise Invalid(f"{name} is {value!r}, expected a time like 2026-11-23 or 2026-11-23T22:47:00Z.", name)
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
