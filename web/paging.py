"""Where one stands in a list that is read page by page."""

from dataclasses import dataclass
from urllib.parse import urlencode


@dataclass(frozen=True, slots=True)
class Pager:
    """`1–50 of 131` with the addresses of the pages beside it; None where there is none."""

    first: int
    last: int
    total: int
    previous: str | None
    next: str | None


def pager(path: str, fields: dict[str, str], number: int, size: int, total: int) -> Pager:
    """The pager of page `number` (from 1) at `path`, keeping the other `fields` of the address."""
    first = (number - 1) * size + 1
    last = min(number * size, total)
    return Pager(
        first=min(first, total),
        last=last,
        total=total,
        previous=address(path, fields | {"page": str(number - 1) if number > 2 else ""}) if number > 1 else None,
        next=address(path, fields | {"page": str(number + 1)}) if last < total else None,
    )


def address(path: str, fields: dict[str, str]) -> str:
    """`path` with those `fields` that say something."""
    said = {name: value for name, value in fields.items() if value}
    return f"{path}?{urlencode(said)}" if said else path
