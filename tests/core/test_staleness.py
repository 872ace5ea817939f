"""What counts as a change that somebody must look at, and how it reads."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.model import KeyEvent, Source, Target
from core.staleness import Change, Kind, changes, pieces

TEXT = "cells die when caspases cleave what holds them together and neighbours eat the rest"
WORDS = TEXT.split()
GENES = tuple(f"GENE{number}" for number in range(10))
NOW = Target(Source.GO, "GO:0006915", "apoptotic process", " ".join(WORDS), genes=GENES)


def kinds(**then: object) -> list[Kind]:
    values: dict[str, object] = {"title": NOW.title, "description": NOW.description, "genes": NOW.genes} | then
    before = Target(Source.GO, "GO:0006915", **values)  # type: ignore[arg-type]
    return [change.kind for change in changes(before, NOW)]


@pytest.mark.parametrize(
    ("then", "expected"),
    [
        ({}, []),
        ({"title": "Apoptotic  Process."}, []),
        ({"title": "apoptosis"}, [Kind.RENAMED]),
        ({"description": " ".join(WORDS).upper() + "!"}, []),
        ({"description": " ".join([*WORDS[:-1], "dead"])}, []),
        ({"description": " ".join([*WORDS[:-3], "phagocytes", "clear", "away"])}, [Kind.REWRITTEN]),
        ({"description": ""}, [Kind.REWRITTEN]),
        ({"genes": GENES[:-1]}, []),
        ({"genes": (*GENES[:-1], "OTHER")}, []),
        ({"genes": (*GENES[:-2], "OTHER")}, [Kind.GENES]),
        ({"genes": ()}, [Kind.GENES]),
        ({"synonyms": ("apoptosis",)}, []),
        ({"title": "a", "description": "b", "genes": ("C",)}, [Kind.RENAMED, Kind.REWRITTEN, Kind.GENES]),
    ],
)
def test_what_differs_noticeably_is_told(then: dict[str, object], expected: list[Kind]) -> None:
    assert kinds(**then) == expected


def test_what_is_withdrawn_is_never_fresh() -> None:
    gone = KeyEvent(149, "Inflammation", withdrawn=True)
    assert changes(gone, gone) == (Change(Kind.WITHDRAWN),)
    assert changes(gone, KeyEvent(149, "Inflammation")) == ()


def test_genes_that_came_and_went_are_named() -> None:
    (change,) = changes(KeyEvent(1, "A", genes=("IL6", "TNF")), KeyEvent(1, "A", genes=("IL1B", "TNF")))
    assert (change.gained, change.lost) == (("IL1B",), ("IL6",))


def test_a_rewritten_text_reads_as_one() -> None:
    assert pieces("cells die slowly", "cells live slowly on") == [
        ("same", "cells"),
        ("gone", " die"),
        ("new", " live"),
        ("same", " slowly"),
        ("new", " on"),
    ]


@given(st.text(), st.text())
def test_both_texts_can_be_read_out_of_the_one(before: str, after: str) -> None:
    found = pieces(before, after)
    assert "".join(piece.text for piece in found if piece.kind != "new").split() == before.split()
    assert "".join(piece.text for piece in found if piece.kind != "gone").split() == after.split()


names = st.text("ab ", max_size=6)


@given(names, names, names, names)
def test_nothing_changed_is_never_stale(title: str, other: str, text: str, another: str) -> None:
    then, now = KeyEvent(1, title, text), KeyEvent(1, other, another)
    assert changes(then, then) == ()
    assert (changes(then, now) == ()) or then != now
