"""The rules of answering a Key Event: by what fits, or by saying that nothing does. Pure functions."""

from collections.abc import Collection, Iterable

from core import rules
from core.errors import Invalid
from core.model import Act, Decision, Mapping, NoTarget, Person, Progress, Role, Source, State

_HELD = frozenset({State.PROPOSED, State.APPROVED, State.REVISION})


def standing_no_targets(acts: Iterable[NoTarget]) -> list[NoTarget]:
    """The no-targets that count, in their order."""
    history = list(acts)
    undone = {act.undoes for act in history}
    return [act for act in history if act.undoes is None and act.id not in undone]


def nothing_fits(no_targets: Iterable[NoTarget], decisions: Iterable[Decision]) -> frozenset[Source]:
    """The sources where “nothing fits” is in force for a Key Event.

    `no_targets` and `decisions` are all acts on that Key Event, undone ones included. A standing propose or import ends
    a no-target for its own source alone; when it is undone the no-target is in force again.
    """
    proposals: dict[Source, int] = {}
    for decision in rules.standing(decisions):
        if decision.act in (Act.PROPOSE, Act.IMPORT):
            source = decision.pair.target.source
            proposals[source] = max(decision.id, proposals.get(source, 0))
    return frozenset(
        source
        for act in standing_no_targets(no_targets)
        for source in ([act.source] if act.source else Source)
        if proposals.get(source, 0) < act.id
    )


def require_nothing_held(source: Source | None, mappings: Iterable[Mapping], person: Person) -> None:
    """Raise Forbidden without the role, Invalid where a mapping there is proposed, approved or in revision."""
    rules.require_role(person, Role.CURATOR, "to say that nothing fits")
    held = [m.pair.target for m in mappings if m.state in _HELD and source in (None, m.pair.target.source)]
    if held:
        names = ", ".join(target.accession for target in held)
        raise Invalid(f"Something fits already: {names}. Reject it first, or choose another source.", field="source")


def progress(mappings: Collection[Mapping], nothing: Collection[Source]) -> Progress:
    """How far a Key Event is. Done: every source has a proposed or approved mapping, or a no-target."""
    answered = {m.pair.target.source for m in mappings if m.state in _HELD} | set(nothing)
    if answered == set(Source):
        return Progress.DONE
    begun = answered or any(m.state is not State.OPEN for m in mappings)
    return Progress.IN_PROGRESS if begun else Progress.OPEN
