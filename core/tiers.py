"""The journey of another version of an instrument: what it would make of the assessments that there are.

Tiers that were given stay as they were given; this only reads.
"""

import sqlite3
from collections.abc import Iterator
from collections.abc import Mapping as MappingOf
from dataclasses import dataclass, replace

from core import instruments, rules
from core.errors import Invalid
from core.instruments import CURRENT, INSTRUMENTS, Instrument, Question
from core.model import Assessment, KeyEvent, Pair
from core.store import decisions, key_events, targets


@dataclass(frozen=True, slots=True)
class Again:
    """An assessment and what another version of its instrument would make of the same answers.

    `in_force`: its mapping is; else it waits for a reviewer. `after` is None where that cannot be reckoned; `why_not`
    then says why.
    """

    pair: Pair
    key_event: str
    target: str
    in_force: bool
    before: Assessment
    after: Assessment | None
    why_not: str = ""


def again(db: sqlite3.Connection, wanted: MappingOf[str, Instrument]) -> Iterator[Again]:
    """The assessments that wait or are in force, by Key Event, each reckoned again with the instrument of its name in
    `wanted`; those of other instruments are left out. Nothing is written."""
    for key_event_id in key_events.decided(db):
        folded = rules.fold_all(decisions.of_key_event(db, key_event_id))
        key_event, named = key_events.get(db, key_event_id), targets.by_pairs(db, folded)
        for pair, mapping in folded.items():
            claims = {id(claim): claim for claim in (mapping.approved, mapping.claim) if claim}
            for claim in claims.values():
                if claim.assessment and claim.assessment.instrument in wanted:
                    after, why_not = _reckoned(claim.assessment, wanted[claim.assessment.instrument], key_event)
                    in_force = claim is mapping.approved
                    yield Again(pair, key_event.title, named[pair].title, in_force, claim.assessment, after, why_not)


def _reckoned(before: Assessment, instrument: Instrument, key_event: KeyEvent) -> tuple[Assessment | None, str]:
    if INSTRUMENTS.get((before.instrument, before.version)) == instrument:  # the level may have changed; the tier not
        return before, ""
    try:
        return instruments.assess(instrument, before.answers, key_event.level), ""
    except Invalid as error:
        return None, str(error)


def draft(said: object) -> Instrument:
    """The instrument in use with the differences in `said`: `high`, `medium`, `bonus`, `points` by question and answer.

    Raises Invalid naming the word that is missing or unknown, or the value that is no number.
    """
    if not isinstance(said, dict) or said.get("instrument") not in CURRENT:
        raise Invalid(f"instrument is missing or unknown; name one of: {', '.join(CURRENT)}.", "instrument")
    used = CURRENT[said["instrument"]]
    words = {"instrument", "version", "high", "medium", "bonus", "points"}
    if unknown := sorted(map(str, said.keys() - words)):
        raise Invalid(f"{unknown[0]} is no word of a draft; it has {', '.join(sorted(words))}.", unknown[0])
    return replace(
        used,
        version=str(said.get("version", "draft")),
        high=_number(said, "high", used.high),
        medium=_number(said, "medium", used.medium),
        bonus=_number(said, "bonus", used.bonus),
        questions=_with_points(used, said.get("points", {})),
    )


def _with_points(used: Instrument, points: object) -> tuple[Question, ...]:
    if not isinstance(points, dict) or not all(isinstance(each, dict) for each in points.values()):
        raise Invalid("points is not an object of questions, each with its answers' points.", "points")
    known = {question.word: {answer.word for answer in question.answers} for question in used.questions}
    for question, answers in points.items():
        if unknown := sorted(answers.keys() - known.get(question, set())):
            raise Invalid(f"points: {question} has no answer {unknown[0]} in version {used.version}.", "points")
    return tuple(
        replace(
            question,
            answers=tuple(
                replace(answer, points=_number(points.get(question.word, {}), answer.word, answer.points))
                for answer in question.answers
            ),
        )
        for question in used.questions
    )


def _number(said: MappingOf[str, object], word: str, default: float) -> float:
    value = said.get(word, default)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Invalid(f"{word} is {value!r}, expected a number.", word)
    return float(value)
