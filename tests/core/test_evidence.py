"""Why a row is there: words and genes that both have, and directions that are opposed."""

import re
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from hypothesis import given
from hypothesis import strategies as st

from core.evidence import Direction, Mark, Marked, direction, marked, why
from core.model import KeyEvent, Source, Target


def target(title: str, description: str = "", **more: tuple[str, ...]) -> Target:
    return Target(Source.WIKIPATHWAYS, "WP1", title, description, **more)


def words(text: Marked, mark: Mark = Mark.SHARED) -> list[str]:
    return [word for piece in text if piece.mark is mark for word in re.split("[ /-]", piece.text)]


def test_words_of_one_stem_are_marked_in_both_texts() -> None:
    found = why(
        KeyEvent(1, "Increase, Inflammation", "It hurts. Cytokines reach the tissue. Then it ends."),
        target("Inflammatory cytokine release", "Of the tissue.", synonyms=("exudation", "inflammation")),
    )
    assert words(found.key_event_title) == ["Inflammation"]
    assert words(found.key_event_text) == ["Cytokines", "tissue"]
    assert words(found.target_title) == ["cytokine"]
    assert words(found.target_text) == ["tissue"]
    assert [text(each) for each in found.target_synonyms] == ["inflammation", "exudation"]  # the telling one first


def text(pieces: Marked) -> str:
    return "".join(piece.text for piece in pieces)


def test_the_sentence_that_shares_most_is_shown_of_a_key_event() -> None:
    description = "Cells live. Macrophages and cytokines act on cells! Cytokines end."
    found = why(KeyEvent(1, "Something", description), target("Cytokines", "Macrophages among cells."))
    assert text(found.key_event_text) == "Macrophages and cytokines act on cells!"
    assert why(KeyEvent(1, "Something", description), target("Fibrosis")).key_event_text == ()


def test_a_long_sentence_is_shown_around_its_first_shared_word() -> None:
    found = why(KeyEvent(1, "Something", f"{'word ' * 100}cytokine {'tail ' * 100}"), target("Cytokines"))
    shown = text(found.key_event_text)
    assert shown.startswith("… word") and "word cytokine tail" in shown and shown.endswith("tail …")
    assert len(shown) < 300


def test_a_long_text_of_a_target_is_shown_as_it_begins() -> None:
    found = why(KeyEvent(1, "Something"), target("Title", "one two " * 200))
    assert text(found.target_text).startswith("one two one") and text(found.target_text).endswith("two …")
    assert len(text(found.target_text)) <= 602


def test_a_text_in_pieces_is_the_text() -> None:
    found = why(KeyEvent(1, "TNFα (raised) in  liver"), target("TNF-alpha signaling"))
    assert "".join(piece.text for piece in found.key_event_title) == "TNFα (raised) in  liver"
    assert words(found.key_event_title) == ["TNFα"] and words(found.target_title) == ["TNF", "alpha"]


def test_words_that_follow_each_other_are_marked_as_one() -> None:
    found = why(KeyEvent(1, "Increase, reactive oxygen species"), target("Reactive oxygen  species, ROS"))
    assert [piece.text for piece in found.key_event_title if piece.mark] == ["reactive oxygen species"]
    assert [piece.text for piece in found.target_title if piece.mark] == ["Reactive oxygen", "species"]


@given(st.text(max_size=80), st.frozensets(st.text(max_size=5)))
def test_marking_never_changes_a_text(text: str, shared: frozenset[str]) -> None:
    assert "".join(piece.text for piece in marked(text, shared)) == text


def test_common_words_and_directions_are_no_reason() -> None:
    found = why(KeyEvent(1, "Increase of the process in cells"), target("Increase of the process in liver"))
    assert words(found.key_event_title) == words(found.target_title) == []


def test_inhibition_against_activation_is_flagged() -> None:
    found = why(KeyEvent(1, "Inhibition, AChE"), target("Activation of AChE"))
    assert found.opposed
    assert (found.key_event_direction, found.target_direction) == (Direction.DECREASE, Direction.INCREASE)
    assert words(found.key_event_title, Mark.OPPOSED) == ["Inhibition"]
    assert words(found.target_title, Mark.OPPOSED) == ["Activation"]


def test_one_way_or_no_way_is_no_opposition() -> None:
    assert not why(KeyEvent(1, "Increase, ROS"), target("positive regulation of ROS")).opposed
    assert not why(KeyEvent(1, "Increase, ROS"), target("Oxidative stress")).opposed
    assert direction("Increase or decrease of ROS") is None


def meaning(known: Sequence[str]) -> npt.NDArray[np.float32]:
    """Heart and cardiac mean the same, and so do liver and hepatic; nothing else means anything."""
    meant = [("heart", "cardiac"), ("liver", "hepatic")]
    return np.array([[float(word in pair) for pair in meant] for word in known], dtype=np.float32)


def test_words_that_mean_alike_are_marked_as_near_in_both_texts() -> None:
    event = KeyEvent(1, "Heart failure of the liver")
    found = why(
        event, target("Cardiac liver hypertrophy", "Of cardiac muscle.", synonyms=("a cardiac thing",)), meaning
    )
    assert found.near == (("heart", "cardiac"),)
    assert words(found.key_event_title, Mark.NEAR) == ["Heart"]
    for pieces in (found.target_title, found.target_text, found.target_synonyms[0]):
        assert [word.lower() for word in words(pieces, Mark.NEAR)] == ["cardiac"]
    assert words(found.key_event_title) == words(found.target_title) == ["liver"]


def test_a_word_that_both_have_is_shared_even_where_another_is_near() -> None:
    found = why(KeyEvent(1, "Liver injury"), target("Hepatic repair", "Of the liver."), meaning)
    assert found.near == (("liver", "hepatic"),)
    assert words(found.key_event_title) == ["Liver"] and words(found.target_title, Mark.NEAR) == ["Hepatic"]


def test_without_an_encoder_nothing_is_near() -> None:
    assert why(KeyEvent(1, "Heart failure"), target("Cardiac hypertrophy")).near == ()


def test_genes_are_listed_and_counted() -> None:
    found = why(KeyEvent(1, "ROS", genes=("SOD1", "CAT")), target("ROS", genes=("SOD1", "GPX1", "GSR"))).genes
    assert (found.shared, found.only_key_event, found.only_target) == (("SOD1",), ("CAT",), ("GPX1", "GSR"))
    assert (found.key_event, found.target) == (2, 3)


def test_no_text_and_no_genes_give_no_reason() -> None:
    found = why(KeyEvent(1, "…"), target("酸化ストレス"))
    assert words(found.key_event_title) == [] and not found.opposed and found.genes.target == 0


def test_another_script_is_compared_as_it_is() -> None:
    assert words(why(KeyEvent(1, "Апоптоз клеток"), target("апоптоз")).key_event_title) == ["Апоптоз"]


def test_a_description_of_100_kilobytes_is_read_whole_and_shown_in_part() -> None:
    long = "mitochondrial damage " * 5_000
    found = why(
        KeyEvent(1, "Oxidative stress", f"{long}. Fibrosis comes last."), target("Fibrosis", f"{long} fibrosis")
    )
    assert words(found.target_title) == ["Fibrosis"]
    assert len(text(found.key_event_text)) < 300 and len(text(found.target_text)) < 610
