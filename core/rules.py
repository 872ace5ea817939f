"""The rules of decisions: who may do what to a pair in which state, and what the standing decisions say.

Pure functions. An act stands until it is undone; undos themselves never stand. Because nobody may undo beneath another
person's act, the standing decisions of a pair are always a history that could have happened without the undone ones:
`fold` needs no special cases.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from core.errors import Conflict, Forbidden, Invalid
from core.model import (
    Act,
    Assessment,
    Claim,
    Decision,
    Mapping,
    NoTarget,
    Pair,
    Person,
    Relation,
    Role,
    State,
)


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the table of acts.

    `role`: the least role. `any_author`: the states in which anybody with the role may act; `own`: the states in which
    only who brought the pair there may. `reviewer`: the states in which a reviewer may too. `not_own`: never on one's
    own claim, but in a team of one. `needs_reason`: its note must say why.
    """

    role: Role
    any_author: frozenset[State] = frozenset()
    own: frozenset[State] = frozenset()
    reviewer: frozenset[State] = frozenset()
    not_own: bool = False
    needs_reason: bool = False


def _states(*states: State) -> frozenset[State]:
    return frozenset(states)


_WAITING = _states(State.PROPOSED, State.REVISION)

RULES: dict[Act, Rule] = {
    Act.PROPOSE: Rule(
        Role.CURATOR,
        _states(State.OPEN, State.UNSURE, State.REJECTED, State.DECLINED, State.RETIRED),
        own=_states(State.PROPOSED),
    ),
    Act.ASSESS: Rule(Role.CURATOR, own=_WAITING, reviewer=_WAITING),
    Act.ANNOTATE: Rule(Role.CURATOR, frozenset(State)),
    Act.REJECT: Rule(Role.CURATOR, _states(State.OPEN, State.UNSURE, State.DECLINED), own=_WAITING),
    Act.UNSURE: Rule(Role.CURATOR, _states(State.OPEN), own=_states(State.PROPOSED, State.REJECTED)),
    Act.APPROVE: Rule(Role.REVIEWER, _WAITING, not_own=True),
    Act.DECLINE: Rule(Role.REVIEWER, _WAITING, needs_reason=True),
    Act.ASK_BACK: Rule(Role.REVIEWER, _WAITING, needs_reason=True),
    Act.REVISE: Rule(Role.CURATOR, _states(State.APPROVED), own=_states(State.REVISION)),
    Act.AFFIRM: Rule(Role.CURATOR, _states(State.APPROVED)),
    Act.RETIRE: Rule(Role.REVIEWER, _states(State.APPROVED, State.REVISION), needs_reason=True),
}


@dataclass(frozen=True, slots=True)
class Eyes:
    """Whose eyes look at a pair, None for a reader who is signed out. `single`: in a team of one, one pair is enough,
    so that a curator does the reviewer's acts, on their own work too."""

    person: Person | None
    single: bool = False

    def may(self, role: Role) -> bool:
        """Whether the person holds `role`, or what stands for it in a team of one."""
        return self.person is not None and acting(self.person, self.single).may(role)

    def own(self, mapping: Mapping) -> bool:
        """Whether the pair's present state is this person's."""
        return self.person is not None and author(mapping) == self.person.id


def acting(person: Person, single: bool) -> Person:
    """The person in the role that they act in: in a team of one (`single`) a curator acts as reviewer."""
    return replace(person, role=Role.REVIEWER) if single and person.role is Role.CURATOR else person


def author(mapping: Mapping) -> int | None:
    """Who owns the pair's present state: the claim's author while one waits, else who brought it here."""
    return mapping.claim.author if mapping.claim else mapping.person


def allowed(mapping: Mapping, eyes: Eyes) -> list[Act]:
    """The acts that may be done on `mapping` now, in the order of `RULES`; none for a reader without a role."""
    return [act for act in RULES if _refusal(mapping, act, eyes) is None]


def require(mapping: Mapping, act: Act, eyes: Eyes, note: str = "") -> None:
    """Raise what stands in the way of doing `act` now.

    Forbidden: the role is not enough. Invalid: the state does not allow it, or the reason is missing.
    """
    if act not in RULES:
        raise Invalid(f"“{act}” is not something a person does to a pair.", field="act")
    refusal = _refusal(mapping, act, eyes)
    if refusal is not None:
        raise refusal
    if RULES[act].needs_reason and not note.strip():
        raise Invalid(f"To {act.replace('-', ' ')}, say why: the proposer reads it.", field="note")


def require_role(person: Person, role: Role, what: str) -> None:
    """Raise Forbidden, naming `what` ("to undo") and the role it takes, where `person` does not hold `role`."""
    if not person.may(role):
        raise Forbidden(f"{what.capitalize()} takes the role {role.word}; ask an admin for it.")


def _refusal(mapping: Mapping, act: Act, eyes: Eyes) -> Forbidden | Invalid | None:
    rule, state = RULES[act], mapping.state
    if not eyes.may(rule.role):
        return Forbidden(f"To {act.replace('-', ' ')} takes the role {rule.role.word}; ask an admin for it.")
    mine = eyes.own(mapping)
    reachable = (
        state in rule.any_author or (mine and state in rule.own) or (eyes.may(Role.REVIEWER) and state in rule.reviewer)
    )
    if not reachable:
        whose = " by somebody else" if state in rule.own and not mine else ""
        return Invalid(f"This pair is {state}{whose}: it cannot be changed by “{act}”.", field="act")
    if rule.not_own and mine and not eyes.single:
        return Invalid("A second person approves: this is your own proposal.", field="act")
    if act is Act.APPROVE and (
        mapping.claim is None or (mapping.claim.assessment is None and not mapping.claim.retire)
    ):
        return Invalid("Not assessed yet: answer its questions first, then approve.", field="act")
    if act is Act.AFFIRM and not mapping.stale:
        return Invalid("Nothing has changed since this mapping was approved: there is nothing to affirm.", field="act")
    return None


def standing(decisions: Iterable[Decision]) -> list[Decision]:
    """The decisions that count, in their order: without undone ones and without undos."""
    history = list(decisions)
    undone = {decision.undoes for decision in history}
    return [decision for decision in history if decision.act is not Act.UNDO and decision.id not in undone]


def fold(pair: Pair, decisions: Sequence[Decision]) -> Mapping:
    """What all decisions of a pair (in order, undone ones and undos included) say of it now."""
    mapping, newest = Mapping(pair), None
    for decision in standing(decisions):
        mapping, newest = _step(mapping, decision), decision.person
    return replace(mapping, version=decisions[-1].version if decisions else 0, newest=newest)


def fold_all(decisions: Iterable[Decision]) -> dict[Pair, Mapping]:
    """`fold` of every pair that occurs in `decisions`, in the order of its first decision."""
    by_pair: dict[Pair, list[Decision]] = {}
    for decision in decisions:
        by_pair.setdefault(decision.pair, []).append(decision)
    return {pair: fold(pair, history) for pair, history in by_pair.items()}


def _step(before: Mapping, decision: Decision) -> Mapping:
    """The mapping after one standing decision. Ends an *asked back* mark when the author or a reviewer acts."""
    act = decision.act
    if act is Act.ANNOTATE:
        by_third = decision.person != author(before) and (decision.role or Role.CURATOR) < Role.REVIEWER
        return replace(before, asked_back=before.asked_back and by_third)
    if act is Act.ASK_BACK:
        return replace(before, asked_back=True)
    if act is Act.ASSESS and before.claim:
        return replace(before, claim=replace(before.claim, assessment=decision.assessment), asked_back=False)
    moved = replace(before, person=decision.person, at=decision.at, asked_back=False)
    if act is Act.PROPOSE and decision.relation:
        kept = before.claim.assessment if before.claim else None
        claim = _claim(decision, decision.relation, decision.assessment or kept)
        return replace(moved, state=State.PROPOSED, claim=claim, proposer=decision.person)
    if act is Act.IMPORT and decision.relation and decision.provenance:
        claim = _claim(decision, decision.relation, decision.assessment)
        if decision.provenance.state is State.APPROVED:
            return _in_force(moved, claim, decision)
        return replace(moved, state=State.PROPOSED, claim=claim, proposer=decision.person)
    if act is Act.REVISE and before.approved:
        relation = decision.relation or before.approved.relation
        claim = _claim(decision, relation, decision.assessment)
        return replace(moved, state=State.REVISION, claim=claim, proposer=decision.person)
    if act is Act.APPROVE and before.claim:
        if before.claim.retire:
            return _out_of_force(moved, State.RETIRED)
        return _in_force(moved, before.claim, decision)
    if act is Act.AFFIRM:
        return replace(moved, confirmed=decision.id)
    if act in (Act.REJECT, Act.DECLINE) and before.approved:
        return replace(moved, state=State.APPROVED, claim=None)
    ends = {
        Act.REJECT: State.REJECTED,
        Act.DECLINE: State.DECLINED,
        Act.UNSURE: State.UNSURE,
        Act.RETIRE: State.RETIRED,
    }
    return _out_of_force(moved, ends[act])


def _claim(decision: Decision, relation: Relation, assessment: Assessment | None) -> Claim:
    """What a decision asks for, with all that it brings along."""
    return Claim(
        decision.person, relation, decision.at, assessment, decision.retire, decision.note, decision.suggested,
        decision.provenance,
    )  # fmt: skip


def _in_force(mapping: Mapping, claim: Claim, decision: Decision) -> Mapping:
    return replace(
        mapping,
        state=State.APPROVED,
        claim=None,
        approved=claim,
        approver=decision.person,
        approved_at=decision.at,
        confirmed=decision.id,
    )


def _out_of_force(mapping: Mapping, state: State) -> Mapping:
    return replace(mapping, state=state, claim=None, approved=None, approver=None, approved_at=None, confirmed=None)


def newest(acts: Iterable[Decision | NoTarget], person: int) -> Decision | NoTarget | None:
    """The newest act of `person` among the standing `acts` of one Key Event, or of one pair; None where none is."""
    mine = [act for act in acts if act.person == person]
    return max(mine, key=lambda act: act.id, default=None)


def undoable(decision: Decision, decisions: Sequence[Decision], releases: Iterable[int] = ()) -> None:
    """Raise Conflict where another person's later standing act stands on `decision`, or a release holds it.

    `releases` are the newest decisions that each release knew of: those up to it are held where the pair was in force.
    """
    for newest in releases:
        if decision.id <= newest and fold(decision.pair, [each for each in decisions if each.id <= newest]).approved:
            raise Conflict("A release holds this mapping: it cannot be undone. A reviewer retires it, with a reason.")
    later = [each for each in standing(decisions) if each.id > decision.id and each.person != decision.person]
    if later:
        raise Conflict("Somebody has built on this since: it cannot be undone. Reject, revise or retire it instead.")
