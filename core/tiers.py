"""The journey of another version of an instrument: what it would make of the assessments that there are.

Tiers that were given stay as they were given; this only reads.
"""

import sqlite3
from collections.abc import Iterator
from collections.abc import Mapping as MappingOf
from dataclasses import dataclass

from core import instruments, rules
from core.errors import Invalid
from core.instruments import INSTRUMENTS, Instrument
from core.model import Assessment, Level, Pair
from core.store import decisions, key_events


@dataclass(frozen=True, slots=True)
class Again:
    """An assessment and what another version of its instrument would make of the same answers.

    `after` is None where that cannot be reckoned; `why_not` then says why.
    """

    pair: Pair
    before: Assessment
    after: Assessment | None
    why_not: str = ""


def again(db: sqlite3.Connection, wanted: MappingOf[str, Instrument]) -> Iterator[Again]:
    """The assessments that wait or are in force, by Key Event, each reckoned again with the instrument of its name in
    `wanted`; those of other instruments are left out. Nothing is written."""
    for key_event_id in key_events.decided(db):
        level = key_events.get(db, key_event_id).level
        for pair, mapping in rules.fold_all(decisions.of_key_event(db, key_event_id)).items():
            claims = {id(claim): claim for claim in (mapping.approved, mapping.claim) if claim}
            for claim in claims.values():
                if claim.assessment and claim.assessment.instrument in wanted:
                    yield _again(pair, claim.assessment, wanted[claim.assessment.instrument], level)


def _again(pair: Pair, before: Assessment, instrument: Instrument, level: Level | None) -> Again:
    if INSTRUMENTS.get((before.instrument, before.version)) == instrument:  # the level may have changed; the tier not
        return Again(pair, before, before)
    try:
        return Again(pair, before, instruments.assess(instrument, before.answers, level))
    except Invalid as error:
        return Again(pair, before, None, str(error))
