"""The journey of mappings that were made elsewhere: whole or not at all, and once however often.

A pair that somebody has decided on here is left as it is. The caller begins and commits (`connection.transaction`).
"""

import sqlite3
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import uuid4

from core import appending, instruments, rules
from core.errors import Invalid
from core.ingest.mappings import Brought, Bundle
from core.model import Act, Assessment, Decision, KeyEvent, Pair, Person, Provenance, Role, State, Target, TargetKey
from core.review import MOST_WORDS
from core.store import acts, curators, decisions, key_events, targets

ROLES = {State.PROPOSED: Role.CURATOR, State.APPROVED: Role.REVIEWER}


@dataclass(frozen=True, slots=True)
class Report:
    """What an import did: how many mappings came, were there already, and were left because of a decision made here.

    `unknown` names the lines whose Key Event or target the catalogue does not have, `differing` those whose answers
    give another tier here than the file says.
    """

    imported: int
    there: int
    decided: tuple[str, ...]
    unknown: tuple[str, ...]
    differing: tuple[str, ...]
    left_out: tuple[str, ...]


def bring(
    db: sqlite3.Connection, bundle: Bundle, state: State, by: int, now: datetime, *, skip_unknown: bool = False
) -> Report:
    """Import every mapping of `bundle` as proposed or approved, in the name of the person `by`.

    Raises Forbidden where their role is not enough, Invalid naming every line that is unknown here (unless they are to
    be skipped) or states a pair twice.
    """
    person = curators.get(db, by)
    rules.require_role(person, ROLES[state], f"to import as {state}")
    _require_once(bundle.mappings)
    _require_short(bundle.mappings)
    known = _known(db, bundle.mappings, state)
    unknown = tuple(f"{each.place}: {_named(each)}" for each in bundle.mappings if each.pair not in known)
    if unknown and not skip_unknown:
        raise Invalid(
            f"{len(unknown):,} of {len(bundle.mappings):,} lines name what the catalogue does not have (or what its "
            f"source withdrew); import a newer catalogue, or skip them with --skip-unknown. Nothing was imported.\n"
            + "\n".join(unknown)
        )
    work = _Work(db, bundle.origin, state, person, now)
    for each in bundle.mappings:
        if each.pair in known:
            work.take(each, known[each.pair])
    for number in sorted(work.touched):
        appending.refresh(db, number)
    return Report(work.imported, work.there, tuple(work.decided), unknown, tuple(work.differing), bundle.left_out)


class _Work:
    """One import under way, and its tally."""

    def __init__(self, db: sqlite3.Connection, origin: str, state: State, person: Person, now: datetime) -> None:
        self.db, self.origin, self.state, self.person, self.now = db, origin, state, person, now
        self.imported = self.there = 0
        self.decided: list[str] = []
        self.differing: list[str] = []
        self.touched: set[int] = set()

    def take(self, each: Brought, key_event: KeyEvent) -> None:
        """Import one mapping, unless its pair is decided on."""
        history = decisions.of_pair(self.db, each.pair)
        mapping = rules.fold(each.pair, history)
        assessment = _assessment(each, key_event)
        provenance = self._provenance(each, assessment)
        if mapping.state is not State.OPEN:
            if any(_same(past.provenance, provenance) for past in rules.standing(history)):
                self.there += 1
            else:
                self.decided.append(f"{each.place}: {_named(each)} is {mapping.state} here")
            return
        if assessment and each.tier and assessment.tier is not each.tier:
            self.differing.append(f"{each.place}: {_named(each)} is {each.tier} there, {assessment.tier} here")
        self._write(each, history, assessment, provenance)
        self.imported += 1
        self.touched.add(each.pair.key_event)

    def _provenance(self, each: Brought, assessment: Assessment | None) -> Provenance:
        approved = self.state is State.APPROVED
        nobody = Provenance(self.state, self.origin)
        return Provenance(
            state=self.state,
            origin=self.origin,
            author=each.author,
            at=each.at,
            approver=each.approver if approved else nobody.approver,
            approved_at=each.approved_at if approved else None,
            tier=None if assessment else each.tier,
            score=each.score,
        )

    def _write(
        self, each: Brought, history: list[Decision], assessment: Assessment | None, provenance: Provenance
    ) -> None:
        decision = Decision(
            id=acts.next_id(self.db),
            uuid=str(uuid4()) if not each.uuid or decisions.pair_of(self.db, each.uuid) else each.uuid,
            pair=each.pair,
            person=self.person.id,
            role=self.person.role,
            act=Act.IMPORT,
            version=history[-1].version + 1 if history else 1,
            at=self.now,
            relation=each.relation,
            assessment=assessment,
            note=each.note,
            provenance=provenance,
        )
        decisions.add(self.db, decision, key=str(uuid4()))
        appending.keep(self.db, [*history, decision])


def _require_once(mappings: Sequence[Brought]) -> None:
    """Raise Invalid where a pair stands in several lines."""
    often = {pair for pair, count in Counter(each.pair for each in mappings).items() if count > 1}
    if often:
        lines = [f"{each.place}: {_named(each)}" for each in mappings if each.pair in often]
        raise Invalid("These pairs stand in the file more than once; keep one line of each.\n" + "\n".join(lines))


def _require_short(mappings: Iterable[Brought]) -> None:
    """Raise Invalid where a note is longer than people may write one."""
    for each in mappings:
        if len(each.note) > MOST_WORDS:
            raise Invalid(
                f"{each.place}: the note has {len(each.note):,} characters; at most {MOST_WORDS:,} are taken. Nothing "
                "was imported.",
                "note",
            )


def _known(db: sqlite3.Connection, mappings: Iterable[Brought], state: State) -> dict[Pair, KeyEvent]:
    """The pairs that may be imported, with their Key Events: what is withdrawn can be approved still, not proposed."""
    pairs = [each.pair for each in mappings]
    events: dict[int, KeyEvent] = {event.id: event for event in key_events.everything(db)}
    found: dict[TargetKey, Target] = {}
    for source in {pair.target.source for pair in pairs}:
        found |= {target.key: target for target in targets.everything(db, source)}
    return {
        pair: events[pair.key_event]
        for pair in pairs
        if pair.key_event in events
        and pair.target in found
        and (state is State.APPROVED or not found[pair.target].withdrawn)
    }


def _assessment(each: Brought, key_event: KeyEvent) -> Assessment | None:
    if each.instrument is None:
        return None
    try:
        return instruments.assess(each.instrument, each.answers, key_event.level)
    except Invalid as refusal:
        raise Invalid(f"{each.place}: {refusal} Nothing was imported.", refusal.field) from None


def _same(past: Provenance | None, brought: Provenance) -> bool:
    """Whether this was brought before, by whichever name of the file."""
    return past is not None and replace(past, origin=brought.origin) == brought


def _named(each: Brought) -> str:
    return f"KE {each.pair.key_event} – {each.pair.target.accession}"
