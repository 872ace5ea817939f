"""How the score of an assessment comes about, by the version of the instrument that gave it."""

from dataclasses import dataclass

from core.instruments import INSTRUMENTS, LEVEL, Instrument, Term, arithmetic
from core.model import Assessment, Tier


@dataclass(frozen=True, slots=True)
class Reckoning:
    """An assessment with the summands of its score, questions first, and the instrument that has the cut-offs.

    `alone` is the tier that the answers alone would give: where it is another one, the Key Event's level has made it.
    """

    assessment: Assessment
    instrument: Instrument
    terms: tuple[Term, ...]
    alone: Tier

    @property
    def by_level(self) -> bool:
        """Whether what the level adds, and nothing else, changes the tier."""
        return self.alone is not self.assessment.tier


def reckon(assessment: Assessment) -> Reckoning:
    """The arithmetic of a stored assessment.

    What the answers do not make up is the bonus: the Key Event's level may be another by now, the score is not.
    """
    instrument = INSTRUMENTS[assessment.instrument, assessment.version]
    terms = arithmetic(instrument, assessment.answers, None)
    answered = round(sum(term.points for term in terms), 2)
    bonus = round(assessment.score - answered, 2)
    whole = (*terms, Term(LEVEL, "of the Key Event", bonus)) if bonus else tuple(terms)
    return Reckoning(assessment, instrument, whole, instrument.tier(answered))
