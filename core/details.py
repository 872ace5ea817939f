"""What the open row says beyond the row itself: why it is there, its relatives, what was decided and where else."""

import sqlite3
from collections.abc import Mapping as MappingOf
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from core import evidence, recheck, record, rules
from core.evidence import Why
from core.families import Family, families
from core.model import Act, Decision, KeyEvent, Pair, Person, Target, TargetKey
from core.recheck import Since
from core.recipe import Part
from core.store import curators, decisions, hierarchy, mappings, targets
from core.store.hierarchy import Relative
from core.store.mappings import Elsewhere
from core.triage import Row
from core.warm import Warm

MOST_EXPECTED = 8
MOST_GROUNDS = 2048  # pairs, some 10 MB a worker


@dataclass(frozen=True, slots=True)
class Entry:
    """One act of a pair's history: who did it, and whether it still stands."""

    decision: Decision
    person: Person
    stands: bool


@dataclass(frozen=True, slots=True)
class Kin:
    """The relatives of a row's target: the rows of the same Key Event above, beside and below it, in the order of the
    table, and what stands directly above it without being one of them."""

    above: tuple[Row, ...] = ()
    beside: tuple[Row, ...] = ()
    below: tuple[Row, ...] = ()
    parents: tuple[Relative, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.above or self.beside or self.below or self.parents)


@dataclass(frozen=True, slots=True)
class Grounds:
    """What speaks for a pair, whatever was decided: `ranks` is where each part of the score alone would put the target,
    `expected` which of its genes the run expects of the Key Event, the likeliest first."""

    why: Why
    ranks: MappingOf[Part, int]
    expected: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Said:
    """What was decided on a row, oldest act first: the part of its detail that a press changes."""

    row: Row
    history: tuple[Entry, ...]

    @property
    def uuid(self) -> str:
        """What names the mapping: `/mappings/<uuid>` is its page. There is none without a history."""
        return record.name([entry.decision for entry in self.history])


@dataclass(frozen=True, slots=True)
class Detail(Said):
    """What the open row says beyond the row itself. `since` is what changed since a stale mapping was confirmed."""

    target: Target
    grounds: Grounds
    kin: Kin
    since: Since
    elsewhere: tuple[Elsewhere, ...]


def details(
    db: sqlite3.Connection, rows: Sequence[Row], listed: Sequence[Row], warm: Warm, *, ranked: bool = True
) -> list[Detail]:
    """The details of these rows, in their order; their relatives are looked for among the `listed` ones. The number of
    statements does not depend on the number of rows, but for stale ones.

    Without `ranked` no row has ranks: for these, each Key Event among the rows is compared with all targets again.
    """
    if not rows:
        return []
    wanted = [row.pair for row in rows]
    whole = targets.whole(db, dict.fromkeys(pair.target for pair in wanted))
    elsewhere = mappings.elsewhere(db, wanted)
    history = _histories(db, wanted)
    kin = _kin(db, rows, listed)
    return [
        Detail(
            row,
            history.get(row.pair, ()),
            target := whole[row.key],
            _grounds(warm, row.key_event, target, ranked=ranked),
            kin[row.pair],
            _since(db, row, target),
            elsewhere.get(row.pair, ()),
        )
        for row in rows
    ]


def said(db: sqlite3.Connection, row: Row) -> Said:
    """What was decided on this row."""
    return Said(row, _histories(db, [row.pair]).get(row.pair, ()))


def _histories(db: sqlite3.Connection, wanted: Sequence[Pair]) -> dict[Pair, tuple[Entry, ...]]:
    """The acts on each of these pairs, oldest first; an undo shows in what it undid, not in a line of its own."""
    history = decisions.of_pairs(db, wanted)
    people = curators.by_ids(db, {decision.person for decision in history})
    standing = {decision.id for decision in rules.standing(history)}
    found: dict[Pair, list[Entry]] = {}
    for decision in history:
        if decision.act is not Act.UNDO:
            entry = Entry(decision, people[decision.person], decision.id in standing)
            found.setdefault(decision.pair, []).append(entry)
    return {pair: tuple(entries) for pair, entries in found.items()}


def _kin(db: sqlite3.Connection, rows: Sequence[Row], listed: Sequence[Row]) -> dict[Pair, Kin]:
    above = hierarchy.above(db, dict.fromkeys(row.key for row in (*rows, *listed)))
    parents = {key: frozenset(each.key for each in over) for key, over in above.items()}
    found: dict[Pair, Kin] = {}
    for key_event in {row.key_event.id for row in rows}:
        here = {row.key: row for row in listed if row.key_event.id == key_event}
        met = families(list(here), lambda key: parents.get(key, frozenset()))
        for row in rows:
            if row.key_event.id == key_event:
                found[row.pair] = _met(row.key, met.get(row.key, Family()), here, above)
    return found


def _met(
    key: TargetKey, family: Family[TargetKey], here: MappingOf[TargetKey, Row],
    above: MappingOf[TargetKey, Sequence[Relative]],
) -> Kin:  # fmt: skip
    return Kin(
        tuple(here[each] for each in family.ancestors),
        tuple(here[each] for each in family.siblings),
        tuple(here[each] for each in family.descendants),
        tuple(parent for parent in above.get(key, ()) if parent.key not in here),
    )


def _since(db: sqlite3.Connection, row: Row, target: Target) -> Since:
    """What changed since a stale mapping was confirmed; for any other it is not looked up."""
    mapping = row.mapping
    stale = mapping.stale and mapping.confirmed is not None
    return recheck.compared(db, row.key_event, target, mapping.confirmed or 0) if stale else Since()


@lru_cache(maxsize=MOST_GROUNDS)
def _grounds(warm: Warm, key_event: KeyEvent, target: Target, *, ranked: bool) -> Grounds:
    """Kept, because everybody who comes to a Key Event sees the same ones, and they take most of a page's time."""
    return Grounds(
        evidence.why(key_event, target, warm.meaning),
        warm.part_ranks(key_event.id, target.key) if ranked else {},
        warm.expected(key_event.id, target.genes)[:MOST_EXPECTED],
    )
