"""What the keys of a row do for whoever looks at it: the same letters, read by the state of the pair."""

from dataclasses import dataclass

from core.model import Act, Person, Relation, State
from core.rules import author
from core.triage import Row

RELATIONS = {"b": Relation.BROADER, "n": Relation.NARROWER, "e": Relation.EQUIVALENT}
WAITING = (State.PROPOSED, State.REVISION)


@dataclass(frozen=True, slots=True)
class Offer:
    """A letter that does something on a row: the field that its button sends, what it says, what the row becomes.

    `asks`: what has to be answered in words first. `name` empty: nothing is sent yet, the assessment opens.
    """

    letter: str
    word: str
    name: str
    value: str
    becomes: State | None = None
    asks: str = ""


def offers(row: Row, visitor: Person | None) -> list[Offer]:
    """The offers of a row, `a x u` first, then the relations; none for a reader without a role.

    On another's claim a reviewer's `a x u` mean approve, decline and ask back; a curator's are not there.
    """
    if visitor is None:
        return []
    state, acts = row.mapping.state, row.acts
    if state in WAITING and Act.DECLINE in acts and author(row.mapping) != visitor.id:
        return _reviewed(acts)
    if state in (State.APPROVED, State.REVISION):
        return _standing(row)
    found = [Offer("a", "Accept", "act", Act.PROPOSE, State.PROPOSED)] if state is not State.PROPOSED else []
    found += _completed(acts)
    found += [
        Offer("x", "Reject", "act", Act.REJECT, State.REJECTED),
        Offer("u", "Unsure", "act", Act.UNSURE, State.UNSURE),
    ]
    found += [Offer(letter, word, "relation", word, State.PROPOSED) for letter, word in RELATIONS.items()]
    return [offer for offer in found if _act(offer) in acts]


def _reviewed(acts: tuple[Act, ...]) -> list[Offer]:
    return [
        *_completed(acts),
        Offer("x", "Decline", "act", Act.DECLINE, State.DECLINED, "Why is it declined? Its curator reads this."),
        Offer("u", "Ask back", "act", Act.ASK_BACK, asks="What is to be answered? Its curator reads this."),
    ]


def _completed(acts: tuple[Act, ...]) -> list[Offer]:
    """What brings a claim further: its approval where that may be, else its assessment."""
    if Act.APPROVE in acts:
        return [Offer("a", "Approve", "act", Act.APPROVE, State.APPROVED)]
    return [Offer("a", "Assess", "", "")] if Act.ASSESS in acts else []


def _standing(row: Row) -> list[Offer]:
    """An approved mapping is affirmed, revised or retired; one's own revision is assessed, changed or taken back."""
    acts = row.acts
    found = [Offer("a", "Affirm", "act", Act.AFFIRM, State.APPROVED)] if Act.AFFIRM in acts else []
    found += _completed(acts)
    if Act.REJECT in acts:
        found.append(Offer("x", "Take back", "act", Act.REJECT, State.APPROVED))
    elif Act.RETIRE in acts:
        found.append(Offer("x", "Retire", "act", Act.RETIRE, State.RETIRED, "Why is it retired?"))
    elif Act.REVISE in acts:
        why = "Why should it end? A reviewer reads this."
        found.append(Offer("x", "Ask to retire", "retire", "on", State.REVISION, why))
    if Act.REVISE in acts:
        found += [Offer(letter, word, "revise", word, State.REVISION) for letter, word in RELATIONS.items()]
    return found


def _act(offer: Offer) -> Act:
    """The act that a press on the offer asks for."""
    return Act(offer.value) if offer.name == "act" else Act.PROPOSE if offer.name == "relation" else Act.ASSESS
