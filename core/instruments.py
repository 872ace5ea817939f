"""Instruments: the questions that give a mapping its tier, as data with a version.

The numbers are those of the field's existing tool, so that old and new assessments can be compared. A new version is a
new entry; decisions keep the version that they were made with, and its entry stays here for ever.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from core.errors import Invalid
from core.model import Assessment, Level, Tier


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer: its stored word, what a curator reads, and its points."""

    word: str
    label: str
    points: float


@dataclass(frozen=True, slots=True)
class Question:
    """One question; its answers are reached by the digits 1, 2, 3 … in this order. `weight` multiplies the points."""

    word: str
    text: str
    help: str
    answers: tuple[Answer, ...]
    weight: float = 1.0

    @property
    def label(self) -> bool:
        """Whether it only says something to readers: no answer of it gives points."""
        return not any(self.weight * answer.points for answer in self.answers)

    def term(self, answer: Answer) -> "Term":
        """What an answer to it adds to the score."""
        how = f"{answer.points:g} × {self.weight:g}" if not self.label and self.weight != 1 else ""
        return Term(self.word, answer.label, self.weight * answer.points, how, self.label)


@dataclass(frozen=True, slots=True)
class Instrument:
    """One version of an instrument. The tier is high from `high` points on, medium from `medium` on, else low."""

    name: str
    version: str
    questions: tuple[Question, ...]
    high: float
    medium: float
    bonus: float = 0.0
    bonus_levels: frozenset[Level] = frozenset()

    def tier(self, score: float) -> Tier:
        """The tier that a score gives."""
        return Tier.HIGH if score >= self.high else Tier.MEDIUM if score >= self.medium else Tier.LOW


@dataclass(frozen=True, slots=True)
class Term:
    """One summand of a score, for showing the arithmetic: of `basis`, `known` gives 3.

    `how` is the product that gives the points where a weight is in it: `2 × 0.34`; `label`: it can give none.
    """

    of: str
    said: str
    points: float
    how: str = ""
    label: bool = False


LEVEL = "level"  # of the Key Event: what the bonus is for

PATHWAY = Instrument(
    name="pathway",
    version="1",
    questions=(
        Question(
            "relationship",
            "How does the pathway relate to the Key Event?",
            "A label for readers: it gives no points.",
            (
                Answer("causative", "causes it", 0),
                Answer("responsive", "responds to it", 0),
                Answer("bidirectional", "both", 0),
                Answer("unclear", "unclear", 0),
            ),
        ),
        Question(
            "basis",
            "How well is the relation known?",
            "Known: textbook or several papers. Likely: direct evidence. Possible: by analogy.",
            (
                Answer("known", "known", 3),
                Answer("likely", "likely", 2),
                Answer("possible", "possible", 1),
                Answer("uncertain", "uncertain", 0),
            ),
        ),
        Question(
            "specificity",
            "Is the pathway about this Key Event?",
            "Specific: about it. Includes: it is a part. Loose: related biology.",
            (Answer("specific", "specific", 2), Answer("includes", "includes it", 1), Answer("loose", "loosely", 0)),
        ),
        Question(
            "coverage",
            "How much of the Key Event does it cover?",
            "Complete: the whole mechanism. Key steps: what matters. Minor: a small part.",
            (Answer("complete", "complete", 1.5), Answer("keysteps", "key steps", 1.0), Answer("minor", "minor", 0.5)),
        ),
    ),
    high=5.0,
    medium=2.5,
    bonus=1.0,
    bonus_levels=frozenset({Level.MOLECULAR, Level.CELLULAR, Level.TISSUE}),
)

_RATING = (Answer("high", "high", 3), Answer("medium", "medium", 2), Answer("low", "low", 1))

GO = Instrument(
    name="go",
    version="1",
    questions=(
        Question(
            "relationship",
            "How does the term relate to the Key Event?",
            "A label for readers: it gives no points.",
            (
                Answer("describes", "describes it", 0),
                Answer("involves", "is involved", 0),
                Answer("related", "is related", 0),
                Answer("context", "gives context", 0),
            ),
            weight=0.0,
        ),
        Question(
            "connection", "How strong is the connection?", "High: the term is the Key Event.", _RATING, weight=0.34
        ),
        Question(
            "specificity", "How specific is the term?", "High: neither broader nor narrower.", _RATING, weight=0.33
        ),
        Question("evidence", "How good is the evidence?", "High: several independent papers.", _RATING, weight=0.33),
    ),
    high=2.5,
    medium=1.5,
)

INSTRUMENTS: dict[tuple[str, str], Instrument] = {(each.name, each.version): each for each in (PATHWAY, GO)}
CURRENT: dict[str, Instrument] = {each.name: each for each in (PATHWAY, GO)}


def current(name: str) -> Instrument:
    """The version of an instrument that new assessments use."""
    return CURRENT[name]


def arithmetic(instrument: Instrument, answers: Mapping[str, str], level: Level | None) -> list[Term]:
    """The summands of the score, questions first, then the bonus where the Key Event's level gives it.

    Raises Invalid, naming the question, the answer and the allowed ones, where an answer is missing or unknown.
    """
    terms = []
    for question in instrument.questions:
        allowed = {answer.word: answer for answer in question.answers}
        given = answers.get(question.word, "")
        if given not in allowed:
            said = f"“{given}” is no answer" if given else "an answer is missing"
            raise Invalid(f"{question.word}: {said}; choose one of {', '.join(allowed)}.", field=question.word)
        terms.append(question.term(allowed[given]))
    unknown = sorted(set(answers) - {question.word for question in instrument.questions})
    if unknown:
        raise Invalid(f"{unknown[0]} is no question of the {instrument.name} instrument.", field=unknown[0])
    if level in instrument.bonus_levels:
        terms.append(Term(LEVEL, level.lower(), instrument.bonus))
    return terms


def assess(instrument: Instrument, answers: Mapping[str, str], level: Level | None) -> Assessment:
    """Score and tier of the answers for a Key Event of this level. Errors as `arithmetic` has them."""
    score = round(sum(term.points for term in arithmetic(instrument, answers, level)), 2)
    return Assessment(instrument.name, instrument.version, dict(answers), score, instrument.tier(score))


# What the published contract calls the answers to “relationship”, where it has another word for them.
_CONNECTIONS = {"bidirectional": "other", "unclear": "undefined"}


def connection(assessment: Assessment) -> str:
    """The type of connection that an assessment states, in the words of the published contract."""
    answer = assessment.answers.get("relationship", "")
    return _CONNECTIONS.get(answer, answer)


def summary(assessment: Assessment) -> str:
    """An assessment in one line: `pathway 1: relationship causative; basis known; … = 5.5`."""
    answers = "; ".join(f"{question} {answer}" for question, answer in sorted(assessment.answers.items()))
    return f"{assessment.instrument} {assessment.version}: {answers} = {assessment.score:g}"


_SUMMARY = re.compile(r"(\S+) (\S+): (.+) = \S+")


def answers_of(summary: str) -> tuple[Instrument, dict[str, str]] | None:
    """The instrument and the answers that `summary` wrote; None for any other text."""
    found = _SUMMARY.fullmatch(summary)
    instrument = INSTRUMENTS.get((found[1], found[2])) if found else None
    if found is None or instrument is None:
        return None
    answers = dict(pair.partition(" ")[::2] for pair in found[3].split("; "))
    return instrument, answers
