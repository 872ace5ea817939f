"""What is other now than in an earlier release: read off the decisions, so that no file of it is needed."""

import sqlite3

from core import rules
from core.export.account import Change, Changes
from core.export.notes import NO_ASSESSMENT
from core.model import Claim, Decision, Pair
from core.store import decisions, releases
from core.store.releases import Release


def changes(db: sqlite3.Connection, before: Release) -> Changes:
    """What came, changed and ended since the release `before`, each by Key Event, source and accession."""
    added, changed, retired = list[Change](), list[Change](), list[Change]()
    touched = releases.touched(db, before.newest)
    histories: dict[Pair, list[Decision]] = {each.pair: [] for each in touched}
    for decision in decisions.of_pairs(db, histories.keys()):
        histories[decision.pair].append(decision)
    for each in touched:
        history = histories[each.pair]
        then = rules.fold(each.pair, [act for act in history if act.id <= before.newest]).approved
        now = rules.fold(each.pair, history).approved
        if then or now:
            kind = added if then is None else retired if now is None else changed
            key_event, target = each.pair
            words = each.reason if now is None else difference(then, now)
            kind.append(Change(each.uuid, key_event, each.key_event_title, target, each.title, words))
    return Changes(before.name, tuple(added), tuple(changed), tuple(retired), _releases(before))


def difference(before: Claim | None, now: Claim) -> str:
    """How a claim in force differs from what was in force before, in words; what it is, where nothing was."""
    if before is None:
        return f"{now.relation}, {_tier(now)}"
    said = [
        f"{what} {was} → {is_now}"
        for what, was, is_now in (
            ("relation", before.relation, now.relation),
            ("confidence", _tier(before), _tier(now)),
        )
        if was != is_now
    ]
    if _answers(before) != _answers(now):
        said.append("other answers")
    if before.note != now.note:
        said.append("another note")
    return "; ".join(said) or "approved anew"


def _tier(claim: Claim) -> str:
    return claim.tier or NO_ASSESSMENT


def _answers(claim: Claim) -> dict[str, str]:
    return claim.assessment.answers if claim.assessment else {}


def _releases(before: Release) -> dict[str, str]:
    """The release of each source that an earlier release of ours was made of."""
    said = before.manifest.get("snapshots", [])
    assert isinstance(said, list)
    return {each["of"]: each["release"] for each in said}
