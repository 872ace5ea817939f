"""Why a row is there: words and genes that both have, and directions that are opposed."""

import time
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
    return [piece.text for piece in text if piece.mark is mark]


def test_words_of_one_stem_are_marked_in_both_texts() -> None:
    found = why(
        KeyEvent(1, "Increase, Inflammation", "Cytokines reach the tissue."),
        target("Inflammatory cytokine release", "Of the tissue.", synonyms=("inflammation",)),
    )
    assert words(found.key_event_title) == ["Inflammation"]
    assert words(found.key_event_description) == ["Cytokines", "tissue"]
    assert words(found.target_title) == ["cytokine"]
    assert words(found.target_description) == ["tissue"]
    assert words(found.target_synonyms[0]) == ["inflammation"]
    assert found.words == ("inflammation", "cytokines", "tissue")


def test_a_text_in_pieces_is_the_text() -> None:
    found = why(KeyEvent(1, "TNFα (raised) in  liver"), target("TNF-alpha signaling"))
    assert "".join(piece.text for piece in found.key_event_title) == "TNFα (raised) in  liver"
    assert words(found.key_event_title) == ["TNFα"] and words(found.target_title) == ["TNF", "alpha"]


@given(st.text(max_size=80), st.frozensets(st.text(max_size=5)))
def test_marking_never_changes_a_text(text: str, shared: frozenset[str]) -> None:
    assert "".join(piece.text for piece in marked(text, shared)) == text


def test_common_words_and_directions_are_no_reason() -> None:
    found = why(KeyEvent(1, "Increase of the process in cells"), target("Increase of the process in liver"))
    assert found.words == ()


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


def test_words_that_mean_alike_are_marked_as_near() -> None:
    found = why(KeyEvent(1, "Heart failure of the liver"), target("Cardiac liver hypertrophy"), meaning)
    assert found.near == (("heart", "cardiac"),) and found.words == ("liver",)
    assert words(found.key_event_title, Mark.NEAR) == ["Heart"] and words(found.target_title, Mark.NEAR) == ["Cardiac"]
    assert words(found.key_event_title) == words(found.target_title) == ["liver"]


def test_without_an_encoder_nothing_is_near() -> None:
    assert why(KeyEvent(1, "Heart failure"), target("Cardiac hypertrophy")).near == ()


def test_genes_are_listed_and_counted() -> None:
    found = why(KeyEvent(1, "ROS", genes=("SOD1", "CAT")), target("ROS", genes=("SOD1", "GPX1", "GSR"))).genes
    assert (found.shared, found.only_key_event, found.only_target) == (("SOD1",), ("CAT",), ("GPX1", "GSR"))
    assert (found.key_event, found.target) == (2, 3)


def test_no_text_and_no_genes_give_no_reason() -> None:
    found = why(KeyEvent(1, "…"), target("酸化ストレス"))
    assert found.words == () and not found.opposed and found.genes.target == 0


def test_another_script_is_compared_as_it_is() -> None:
    assert why(KeyEvent(1, "Апоптоз клеток"), target("апоптоз")).words == ("апоптоз",)


def test_a_description_of_100_kilobytes_takes_no_second() -> None:
    long = "mitochondrial oxidative stress " * 3_300
    started = time.perf_counter()
    found = why(KeyEvent(1, "Oxidative stress", long), target("Stress", long))
    assert time.perf_counter() - started < 1
    assert "mitochondrial" in found.words
