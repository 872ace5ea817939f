"""A reviewer at work, by keys alone: on the Key Event's page and in the queue; and what the proposer then sees."""

from collections.abc import Iterator
from functools import partial

import pytest

from core.model import Act
from tests.browser.conftest import Sit
from tests.browser.desk import Desk

pytestmark = pytest.mark.browser
WIDTHS = (1280, 360)
ASSESSED = ("a", "1", "1", "1", "1")


@pytest.fixture(params=WIDTHS, ids="{} px".format)
def sit(request: pytest.FixtureRequest, sit: Sit) -> Sit:
    """Everybody sits at a screen of this width."""
    return partial(sit, viewport={"width": request.param, "height": 800})


@pytest.fixture
def proposed(sit: Sit) -> Iterator[tuple[Desk, list[str]]]:
    """A curator who has proposed and assessed three pairs of this test's Key Event."""
    curator = sit("curator").open()
    pairs = []
    for _ in range(3):
        assert curator.current
        pairs.append(curator.current)
        curator.judge(*ASSESSED)
    return curator, pairs


def queue(reviewer: Desk) -> None:
    """Open the review queue on this Key Event."""
    reviewer.page.goto(f"/review?key_event={reviewer.key_event}")
    reviewer.detailed()


def test_a_reviewer_approves_declines_and_asks_back_by_keys(proposed, sit: Sit) -> None:
    _, pairs = proposed
    reviewer = sit("reviewer")
    queue(reviewer)
    names = [f"{reviewer.key_event}/{pair}" for pair in pairs]
    assert reviewer.pairs() == names, "oldest first"
    reviewer.judge("a")
    assert (reviewer.state(names[0]), reviewer.current) == ("approved", names[1])
    reviewer.explain("x", "too broad for this")
    assert (reviewer.state(names[1]), reviewer.current) == ("declined", names[2])
    reviewer.explain("u", "which paper?")
    assert reviewer.state(names[2]) == "proposed"
    assert reviewer.row(names[2]).get_by_text("asked back").is_visible()
    said = [
        (decision.act, decision.note) for decision in reviewer.decided if decision.person != reviewer.decided[0].person
    ]
    assert said == [(Act.APPROVE, ""), (Act.DECLINE, "too broad for this"), (Act.ASK_BACK, "which paper?")]


def test_a_decline_without_a_reason_is_not_sent(proposed, sit: Sit) -> None:
    _, pairs = proposed
    reviewer = sit("reviewer")
    queue(reviewer)
    reviewer.sent.clear()
    reviewer.press("x", "Enter")
    reviewer.press("Escape")
    assert [sent for sent in reviewer.sent if sent.startswith("POST")] == []
    assert reviewer.focus == f"{reviewer.key_event}/{pairs[0]}"


def test_z_takes_back_the_reviewers_newest_act(proposed, sit: Sit) -> None:
    _, pairs = proposed
    reviewer = sit("reviewer")
    queue(reviewer)
    first = f"{reviewer.key_event}/{pairs[0]}"
    reviewer.judge("a")
    reviewer.judge("z")
    assert (reviewer.state(first), reviewer.current) == ("proposed", first)
    assert reviewer.acts(pairs[0])[-1] is Act.UNDO


def test_a_reviewer_does_the_same_on_the_key_events_page(proposed, sit: Sit) -> None:
    _, pairs = proposed
    reviewer = sit("reviewer").open()
    reviewer.walk(pairs[0])
    reviewer.judge("a")
    assert reviewer.state(pairs[0]) == "approved"


def test_another_curator_has_no_keys_on_somebodys_proposal(proposed, sit: Sit) -> None:
    _, pairs = proposed
    second = sit("second-curator").open()
    second.walk(pairs[0])
    second.judge("a", "x", "u")
    assert second.state(pairs[0]) == "proposed"
    assert second.acts(pairs[0]) == [Act.PROPOSE, Act.ASSESS]


def test_a_reviewer_assesses_what_was_not_and_then_approves(sit: Sit) -> None:
    curator = sit("curator").open()
    pair = curator.current
    curator.judge("a")
    reviewer = sit("reviewer")
    queue(reviewer)
    reviewer.judge(*ASSESSED)
    reviewer.judge("a")
    assert reviewer.acts(pair) == [Act.PROPOSE, Act.ASSESS, Act.APPROVE]


def test_many_are_approved_as_one_and_taken_back_as_one(proposed, sit: Sit) -> None:
    _, pairs = proposed
    reviewer = sit("reviewer")
    queue(reviewer)
    page = reviewer.page
    for pair in pairs[:2]:
        reviewer.reach(reviewer.row(f"{reviewer.key_event}/{pair}").locator("input[type=checkbox]"))
        reviewer.press("Space")
    reviewer.enter(page.get_by_role("button", name="Approve the ticked ones"))
    assert page.get_by_role("heading", level=1).inner_text() == "Approve 2 mappings?"
    assert all(reviewer.acts(pair)[-1] is Act.ASSESS for pair in pairs), "a preview decides nothing"
    reviewer.enter(page.get_by_role("button", name="Approve 2"))
    assert page.get_by_role("heading", level=1).inner_text() == "2 of 2 mappings approved"
    assert [reviewer.acts(pair)[-1] for pair in pairs] == [Act.APPROVE, Act.APPROVE, Act.ASSESS]
    assert page.get_by_role("button", name="Undo all 2").is_visible()
    reviewer.enter(page.get_by_role("link", name="Back to the queue"))
    reviewer.detailed()
    assert page.url.endswith(f"/review?key_event={reviewer.key_event}"), "the queue is filtered as it was"
    with page.expect_navigation():
        reviewer.press("z")
    assert [reviewer.acts(pair)[-1] for pair in pairs] == [Act.UNDO, Act.UNDO, Act.ASSESS]


def test_the_proposer_sees_what_was_asked_back_and_answers(proposed, sit: Sit) -> None:
    curator, pairs = proposed
    reviewer = sit("reviewer")
    queue(reviewer)
    reviewer.explain("u", "which paper?")
    curator.page.goto("/me")
    replies = curator.page.locator(".replies li")
    assert "which paper?" in replies.first.inner_text()
    assert "asked back" in replies.first.inner_text()
    curator.enter(replies.first.locator(".of a"))
    curator.detailed()
    assert curator.current == pairs[0]
    curator.press("c")
    curator.page.keyboard.type("PMID in the field below")
    curator.reach(curator.detail(pairs[0]).get_by_role("button", name="Save the note"))
    curator.judge("Enter")
    assert not curator.row(pairs[0]).get_by_text("asked back").is_visible()


def test_an_approved_mapping_is_revised_by_a_curator_and_retired_by_a_reviewer(proposed, sit: Sit) -> None:
    curator, pairs = proposed
    reviewer = sit("reviewer").open()
    reviewer.walk(pairs[0])
    reviewer.judge("a")
    curator.open(f"?at={pairs[0]}")
    curator.judge("n", "1", "1", "1", "1")
    assert curator.state(pairs[0]) == "revision"
    reviewer.open(f"?at={pairs[0]}")
    reviewer.judge("a")
    assert reviewer.state(pairs[0]) == "approved"
    reviewer.open(f"?at={pairs[0]}")
    reviewer.explain("x", "the pathway was merged")
    assert reviewer.state(pairs[0]) == "retired"


@pytest.mark.slow
def test_the_queue_is_narrowed_and_widened_again(proposed, sit: Sit) -> None:
    _, pairs = proposed
    reviewer = sit("reviewer")
    page, names = reviewer.page, [f"{reviewer.key_event}/{pair}" for pair in pairs]
    page.goto("/review")
    filters = page.locator("form.filters")
    reviewer.reach(filters.get_by_label("Key Event"))
    page.keyboard.type(str(reviewer.key_event))  # letters and digits in a field are no verdicts
    with page.expect_navigation():
        reviewer.press("Enter")
    assert reviewer.pairs() == names
    reviewer.reach(filters.get_by_label("Curator"))
    page.keyboard.type("curator")
    reviewer.reach(filters.get_by_label("Tier"))
    reviewer.press("h")
    reviewer.enter(filters.get_by_role("button", name="Filter"))
    assert "author=curator&tier=high" in page.url
    assert reviewer.pairs() == names
    reviewer.reach(filters.get_by_label("Tier"))
    reviewer.press("l")
    reviewer.enter(filters.get_by_role("button", name="Filter"))
    assert page.get_by_text("No row is left by these filters.").is_visible()
    reviewer.enter(filters.get_by_role("link", name="Show all"))
    assert page.url.endswith("/review") and filters.get_by_label("Tier").input_value() == ""
    assert [decision.act for decision in reviewer.decided] == [Act.PROPOSE, Act.ASSESS] * 3
