"""A reviewer approves many at once, within limits."""

from collections.abc import Callable

import httpx
import pytest

Visit = Callable[[str | None], httpx.Client]
A_PAIR = "149/wikipathways:WP254"


def many(count: int) -> list[str]:
    """So many pairs, each another one."""
    return [f"149/wikipathways:WP{number}" for number in range(1, count + 1)]


@pytest.mark.parametrize(
    ("pairs", "versions", "words"),
    [
        ([], [], "0 pairs are chosen, expected 1 to 200"),
        (many(201), ["0"] * 201, "201 pairs are chosen, expected 1 to 200"),
        ([A_PAIR], [], "one number is needed for each pair"),
        ([A_PAIR], ["new"], "one number is needed for each pair"),
        ([A_PAIR], ["²"], "one number is needed for each pair"),
        ([A_PAIR], ["9" * 20], "one number is needed for each pair"),
        (["one"], ["0"], "expected a Key Event and a target"),
    ],
)
def test_what_is_no_choice_is_refused_whole(visit: Visit, pairs: list[str], versions: list[str], words: str) -> None:
    answer = visit("reviewer").post("/review/approvals", data={"pair": pairs, "base_version": versions, "key": "one"})
    assert answer.status_code == 422
    assert words in answer.text


def test_what_cannot_be_approved_is_told_pair_by_pair(visit: Visit) -> None:
    fields = {"pair": [A_PAIR], "base_version": ["0"], "key": "one"}
    answer = visit("reviewer").post("/review/approvals", data=fields)
    assert answer.status_code == 200
    assert "WP254" in answer.text
