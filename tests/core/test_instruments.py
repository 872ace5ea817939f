"""Both instruments against the contract of the field: every question, answer and tier, by sums of their own."""

import itertools
from collections.abc import Iterator
from decimal import Decimal

import pytest

from core import instruments
from core.errors import Invalid
from core.instruments import CURRENT, GO, INSTRUMENTS, PATHWAY, Instrument
from core.model import Level, Tier
from core.reckoning import reckon
from core.sources import SPECS

# What the field's tools have, as they write it down: question → answer and points. Nothing here is read from the code.
CONTRACT = {
    "pathway": {
        "relationship": {"causative": "0", "responsive": "0", "bidirectional": "0", "unclear": "0"},
        "basis": {"known": "3", "likely": "2", "possible": "1", "uncertain": "0"},
        "specificity": {"specific": "2", "includes": "1", "loose": "0"},
        "coverage": {"complete": "1.5", "keysteps": "1.0", "minor": "0.5"},
    },
    "go": {
        "relationship": {"describes": "0", "involves": "0", "related": "0", "context": "0"},
        "connection": {"high": "1.02", "medium": "0.68", "low": "0.34"},  # .34 times 3, 2, 1
        "specificity": {"high": "0.99", "medium": "0.66", "low": "0.33"},
        "evidence": {"high": "0.99", "medium": "0.66", "low": "0.33"},
    },
}
CUTS = {"pathway": ("5.0", "2.5"), "go": ("2.5", "1.5")}
BONUS = {"pathway": ("1.0", {"Molecular", "Cellular", "Tissue"}), "go": ("0", set())}
CONNECTIONS = {"causative": "causative", "responsive": "responsive", "bidirectional": "other", "unclear": "undefined"}
BOTH = pytest.mark.parametrize("instrument", [PATHWAY, GO], ids=lambda instrument: instrument.name)


def every(instrument: Instrument) -> Iterator[tuple[dict[str, str], Level | None, Decimal]]:
    """Every set of answers at every level, with its points by the contract."""
    asked = CONTRACT[instrument.name]
    bonus, levels = BONUS[instrument.name]
    for given in itertools.product(*(answers.items() for answers in asked.values())):
        answers = dict(zip(asked, (word for word, _ in given), strict=True))
        for level in (None, *Level):
            extra = Decimal(bonus) if level in levels else Decimal(0)
            yield answers, level, sum((Decimal(points) for _, points in given), extra)


@BOTH
def test_it_asks_what_the_contract_asks_in_its_order(instrument: Instrument) -> None:
    assert [question.word for question in instrument.questions] == list(CONTRACT[instrument.name])
    for question in instrument.questions:
        assert [answer.word for answer in question.answers] == list(CONTRACT[instrument.name][question.word])


@BOTH
def test_every_set_of_answers_has_the_points_and_the_tier_of_the_contract(instrument: Instrument) -> None:
    high, medium = map(Decimal, CUTS[instrument.name])
    seen = set()
    for answers, level, points in every(instrument):
        assessed = instruments.assess(instrument, answers, level)
        tier = Tier.HIGH if points >= high else Tier.MEDIUM if points >= medium else Tier.LOW
        assert (Decimal(str(assessed.score)), assessed.tier) == (points, tier), (answers, level)
        assert (assessed.instrument, assessed.version) == (instrument.name, instrument.version)
        seen.add(tier)
    assert seen == set(Tier)


@BOTH
def test_the_arithmetic_that_people_see_is_that_of_the_contract(instrument: Instrument) -> None:
    for answers, level, points in every(instrument):
        found = reckon(instruments.assess(instrument, answers, level))
        shown = [Decimal(str(round(term.points, 2))) for term in found.terms]
        expected = [Decimal(CONTRACT[instrument.name][question][answer]) for question, answer in answers.items()]
        assert shown[: len(expected)] == expected
        assert sum(shown) == points
        assert [term.label for term in found.terms[: len(expected)]] == [True, False, False, False], "0 points are some"


def test_a_product_stands_beside_the_points_that_it_gives() -> None:
    answers = {"relationship": "context", "connection": "medium", "specificity": "low", "evidence": "high"}
    found = reckon(instruments.assess(GO, answers, Level.CELLULAR))
    assert [term.how for term in found.terms] == ["", "2 × 0.34", "1 × 0.33", "3 × 0.33"], "and no level counts"


def test_a_relationship_is_exported_in_the_words_of_the_contract() -> None:
    for answer, word in CONNECTIONS.items():
        assert (
            instruments.connection(instruments.assess(PATHWAY, some(PATHWAY) | {"relationship": answer}, None)) == word
        )


def some(instrument: Instrument) -> dict[str, str]:
    """The first answer to each question."""
    return {question: next(iter(answers)) for question, answers in CONTRACT[instrument.name].items()}


@BOTH
def test_an_answer_that_is_missing_or_another_is_refused_by_name(instrument: Instrument) -> None:
    for question in CONTRACT[instrument.name]:
        for wrong in (some(instrument) | {question: "perhaps"}, {**some(instrument), question: ""}):
            with pytest.raises(Invalid) as refused:
                instruments.assess(instrument, wrong, None)
            assert refused.value.field == question
            assert all(answer in str(refused.value) for answer in CONTRACT[instrument.name][question])
    with pytest.raises(Invalid, match=f"colour is no question of the {instrument.name} instrument"):
        instruments.assess(instrument, some(instrument) | {"colour": "red"}, None)


def test_pathways_have_one_instrument_and_the_ontology_another() -> None:
    assert {str(source): spec.instrument for source, spec in SPECS.items()} == {
        "wikipathways": "pathway", "go": "go", "reactome": "pathway"
    }  # fmt: skip


def test_the_version_in_use_is_among_those_that_are_kept_for_ever() -> None:
    assert all(INSTRUMENTS[each.name, each.version] == each == CURRENT[each.name] for each in (PATHWAY, GO))
    assert INSTRUMENTS.keys() >= {("pathway", "1"), ("go", "1")}, "decisions rest on these"
