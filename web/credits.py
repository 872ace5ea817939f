"""What every page owes to the sources that it is made of."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from core import sources
from core.model import Snapshot


@dataclass(frozen=True, slots=True)
class Credit:
    """A source's name, home and licence, and which import of it is shown, if there was one."""

    label: str
    home: str
    licence: str
    licence_url: str
    release: str = ""
    imported_at: datetime | None = None


def credits(in_force: Mapping[str, Snapshot]) -> tuple[Credit, ...]:
    """AOP-Wiki first, then every source in its order, each with the snapshot that is in force."""
    owed = [
        (
            sources.AOP_WIKI,
            sources.AOP_WIKI_LABEL,
            sources.AOP_WIKI_HOME,
            sources.AOP_WIKI_LICENCE,
            sources.AOP_WIKI_LICENCE_URL,
        ),
        *((spec.source, spec.label, spec.home, spec.licence, spec.licence_url) for spec in sources.SPECS.values()),
    ]
    return tuple(_credit(in_force.get(of), *words) for of, *words in owed)


def _credit(snapshot: Snapshot | None, label: str, home: str, licence: str, licence_url: str) -> Credit:
    if snapshot is None:
        return Credit(label, home, licence, licence_url)
    return Credit(label, home, licence, licence_url, snapshot.release, snapshot.imported_at)
