"""What was said of a pair, in words: what each act did, and who assessed it before."""

from collections.abc import Sequence

from core.details import Entry
from core.model import Act

DID: dict[Act, str] = {
    Act.PROPOSE: "proposed it as",
    Act.ASSESS: "assessed it",
    Act.ANNOTATE: "noted",
    Act.REJECT: "rejected it",
    Act.UNSURE: "was unsure",
    Act.APPROVE: "approved it",
    Act.DECLINE: "declined it",
    Act.ASK_BACK: "asked back",
    Act.REVISE: "asked to revise it as",
    Act.AFFIRM: "affirmed it",
    Act.RETIRE: "retired it",
    Act.IMPORT: "imported it as",
}


def assessed_before(history: Sequence[Entry]) -> Entry | None:
    """The assessment that stood before the newest one; None where there is none. `history` is in order."""
    assessed = [entry for entry in history if entry.stands and entry.decision.assessment]
    return assessed[-2] if len(assessed) > 1 else None
