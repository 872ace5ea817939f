"""Which texts stand for a Key Event and for a target."""

from dataclasses import replace

import pytest

from core.model import KeyEvent, Source, Target
from core.recipe import RECIPE
from core.texts import (
    Catalogue,
    all_pairs,
    all_texts,
    beginning,
    key_event_fields,
    target_fields,
    text_hash,
    without_direction,
)

TERM = Target(Source.GO, "GO:0006954", "inflammatory response", "A defence.", ("inflammation",), ("IL6",))
CATALOGUE = Catalogue([KeyEvent(149, "Increase, Inflammation", "Cytokines rise.")], {Source.GO: [TERM]})


@pytest.mark.parametrize(
    ("title", "left"),
    [
        ("Increase, Reactive oxygen species", "Reactive oxygen species"),
        ("Inhibition, Acetylcholinesterase (AChE)", "Acetylcholinesterase (AChE)"),
        ("Proliferation, increased", "Proliferation"),
        ("Increase", "Increase"),
        ("Loss of function", "of function"),
        ("N/A, Liver fibrosis", "N/A Liver fibrosis"),
    ],
)
def test_a_title_without_its_direction(title: str, left: str) -> None:
    assert without_direction(title) == left


def test_only_the_key_event_loses_its_direction() -> None:
    targets = [Target(Source.GO, "GO:1", "negative regulation of growth")]
    (title, *_) = target_fields(Source.GO, targets, RECIPE.targets[Source.GO])
    assert title.texts == [("negative regulation of growth",)]


def test_a_beginning_ends_with_a_word() -> None:
    assert beginning("one two three", 8) == "one two"
    assert beginning("one two", 7) == beginning("one two", 100) == "one two"
    assert beginning("酸" * 50, 10) == "酸" * 10
    assert len(beginning("word " * 20_000, 600)) <= 600


def test_a_key_event_without_text_is_its_title() -> None:
    title, description = key_event_fields([KeyEvent(1, "Apoptosis", "  ")], RECIPE.key_event)
    assert title.texts == [("Apoptosis",)] and description.texts == [()]


def test_everything_is_read_and_pairs_say_the_same() -> None:
    assert list(all_texts(CATALOGUE)) == [
        "Increase, Inflammation", "Cytokines rise.", "inflammatory response", "A defence.", "inflammation",
    ]  # fmt: skip
    assert list(all_pairs(CATALOGUE, RECIPE.targets)) == [
        ("Increase, Inflammation", "Cytokines rise."),
        ("inflammatory response", "inflammation"),
        ("inflammatory response", "A defence."),
    ]


def test_tags_of_pathways_teach_nothing_as_synonyms() -> None:
    tagged = Target(Source.WIKIPATHWAYS, "WP1", "Apoptosis", synonyms=("disease pathway",))
    assert list(all_pairs(Catalogue([], {Source.WIKIPATHWAYS: [tagged]}), RECIPE.targets)) == []


@pytest.mark.parametrize("change", [{"title": "x"}, {"synonyms": ()}, {"genes": ("IL6", "TNF")}, {"accession": "GO:1"}])
def test_the_hash_changes_with_any_text_or_gene(change: dict[str, object]) -> None:
    other = replace(CATALOGUE, targets={Source.GO: [replace(TERM, **change)]})  # type: ignore[arg-type]
    assert text_hash(other) != text_hash(CATALOGUE) == text_hash(replace(CATALOGUE))


def test_the_hash_changes_with_a_place_in_an_aop_and_not_with_their_order() -> None:
    one, same, other = (replace(CATALOGUE, aops={149: aops}) for aops in ([3, 7], [7, 3], [3]))
    assert text_hash(one) == text_hash(same) != text_hash(other) != text_hash(CATALOGUE)
