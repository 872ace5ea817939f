"""The checker of the runs with many people finds what it is there to find."""

import pytest

from tests.faults.history import Kept, Told, wrong

TOLD = [
    Told("1/go:GO:1", "curator", "reject", 200),
    Told("1/go:GO:1", "second-curator", "unsure", 409),
    Told("1/go:GO:2", "curator", "reject", 409),
    Told("1/go:GO:2", "second-curator", "unsure", 200),
]
KEPT = [Kept("1/go:GO:1", "curator", "reject"), Kept("1/go:GO:2", "second-curator", "unsure")]


def test_a_good_history_is_good() -> None:
    assert wrong(TOLD, KEPT) == []


@pytest.mark.parametrize(
    ("told", "kept", "log", "words"),
    [
        (TOLD, KEPT[:1], "", "is there 0 times"),
        (TOLD, [*KEPT, KEPT[0]], "", "is there 2 times"),
        (TOLD, [*KEPT, Kept("1/go:GO:2", "curator", "reject")], "", "nobody was told so"),
        (TOLD, [Kept("1/go:GO:1", "curator", "unsure"), KEPT[1]], "", "is there 0 times"),
        ([TOLD[0], Told("1/go:GO:1", "second-curator", "unsure", 200), *TOLD[2:]], KEPT, "", "[200, 200]"),
        ([TOLD[0], Told("1/go:GO:1", "second-curator", "unsure", 503), *TOLD[2:]], KEPT, "", "[200, 503]"),
        ([Told("1/go:GO:1", "curator", "reject", 409), *TOLD[1:]], KEPT[1:], "", "[409, 409]"),
        (TOLD, KEPT, "sqlite3.OperationalError: database is locked", "database is locked"),
    ],
    ids=["lost", "doubled", "unannounced", "another", "both saved", "failed", "neither saved", "locked"],
)
def test_a_bad_history_is_told(told: list[Told], kept: list[Kept], log: str, words: str) -> None:
    assert any(words in each for each in wrong(told, kept, log))
