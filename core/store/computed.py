"""What a run is computed from: the whole catalogue as it is now."""

import sqlite3

from core.model import Source
from core.store import key_events, targets
from core.texts import Catalogue


def catalogue(db: sqlite3.Connection) -> Catalogue:
    """Every Key Event and target that is not withdrawn, and the AOPs that each Key Event is in."""
    aops: dict[int, list[int]] = {}
    for membership in key_events.memberships(db):
        aops.setdefault(membership.key_event, []).append(membership.aop.id)
    return Catalogue(key_events.catalogue(db), {source: targets.catalogue(db, source) for source in Source}, aops)
