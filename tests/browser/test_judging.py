"""A curator judges suggested targets with the keyboard alone."""

import pytest

from core.model import Act, Evidence
from tests.browser.conftest import Sit

pytestmark = pytest.mark.browser

ACCEPTED = [Act.PROPOSE, Act.ASSESS]


def test_signs_in_and_judges_ten_rows_without_touching_the_mouse(sit: Sit) -> None:
    desk = sit("curator", fresh=True).open()
    pairs = desk.pairs()
    assert desk.current == desk.focus == pairs[0]
    for keys, expected, state in (
        ("x", [Act.REJECT], "rejected"),
        ("a1111", ACCEPTED, "proposed"),
        ("u", [Act.UNSURE], "unsure"),
        ("b2222", ACCEPTED, "proposed"),
        ("x", [Act.REJECT], "rejected"),
        ("n3333", ACCEPTED, "proposed"),
        ("e1231", ACCEPTED, "proposed"),
        ("x", [Act.REJECT], "rejected"),
        ("u", [Act.UNSURE], "unsure"),
        ("x", [Act.REJECT], "rejected"),
    ):
        pair = desk.current
        assert pair is not None
        desk.judge(*keys)
        assert (desk.acts(pair), desk.state(pair)) == (expected, state)
        assert desk.current == desk.focus == pairs[pairs.index(pair) + 1]
    assert [decision.relation for decision in desk.decided if decision.relation] == [
        "related",
        "broader",
        "narrower",
        "equivalent",
    ]
    assert desk.open_count == len(pairs) - 10
    before = desk.states()
    desk.reload()
    assert desk.states() == before


def test_a_reject_is_one_key_and_one_request(sit: Sit) -> None:
    desk = sit().open()
    desk.judge("x")
    assert desk.sent == [f"POST /key-events/{desk.key_event}/table/decisions"]


def test_an_assessed_accept_is_five_keys_and_two_requests(sit: Sit) -> None:
    desk = sit().open()
    for accept in "abne":
        pair = desk.current or ""
        desk.sent.clear()
        desk.judge(accept, "1", "2", "3", "1")
        assert desk.sent == [f"POST /key-events/{desk.key_event}/table/decisions"] * 2
        assert desk.acts(pair) == ACCEPTED
        assert "confidence" in (desk.detail(pair).locator(".claim").text_content() or "")


def test_moving_and_looking_sends_nothing(sit: Sit) -> None:
    desk = sit().open()
    pairs = desk.pairs()
    desk.press("j", "j", "j", "k")
    assert desk.current == pairs[2]
    desk.press("ArrowDown", "ArrowDown", "ArrowUp")
    assert desk.current == pairs[3]
    desk.press("g", "c", "Escape", "?", "Escape", "/", "Escape", "0", "Escape")
    assert desk.sent == []
    assert desk.focus == pairs[3]


def test_the_first_and_the_last_row_are_the_ends(sit: Sit) -> None:
    desk = sit().open()
    pairs = desk.pairs()
    desk.press("k", "ArrowUp")
    assert desk.current == desk.focus == pairs[0]
    desk.press(*"j" * (len(pairs) + 3))
    assert desk.current == desk.focus == pairs[-1]


def test_what_is_decided_stays_in_its_place(sit: Sit) -> None:
    desk = sit().open()
    before = desk.pairs()
    desk.judge("x", "u", "a", "1", "1", "1", "1")
    assert desk.pairs() == before
    desk.reload()
    assert desk.pairs() == before


def test_after_the_last_row_it_goes_on_with_the_first_open_one(sit: Sit) -> None:
    desk = sit().open()
    pairs = desk.pairs()
    desk.judge("x")
    desk.choose(pairs[-1])
    desk.judge("x")
    assert desk.current == desk.focus == pairs[1]


def test_an_assessment_can_be_given_again(sit: Sit) -> None:
    desk = sit().open()
    pair = desk.current or ""
    desk.judge("a", "1", "1", "1", "1")
    desk.choose(pair)
    desk.judge("a", "2", "2", "2", "2")
    assert desk.acts(pair) == [Act.PROPOSE, Act.ASSESS, Act.ASSESS]
    first, second = (decision.assessment for decision in desk.decided if decision.assessment)
    assert first.score > second.score


def test_an_answer_can_be_changed_before_the_last_one(sit: Sit) -> None:
    desk = sit().open()
    pair = desk.current or ""
    desk.judge("a", "1", "3", "1")
    desk.detail(pair).locator('[data-question="2"] button[data-key="1"]').click()
    desk.press("1")
    desk.settled()
    assessment = desk.decided[-1].assessment
    assert assessment is not None
    assert (
        desk.detail(pair).locator('[data-question="2"] button').first.get_attribute("value")
        in assessment.answers.values()
    )


def test_a_row_decided_by_mouse_sends_the_same(sit: Sit) -> None:
    desk = sit().open()
    pairs = desk.pairs()
    desk.button(pairs[5], "x").click()
    desk.settled()
    assert desk.acts(pairs[5]) == [Act.REJECT]
    assert desk.current == desk.focus == pairs[6]
    desk.button(pairs[2], "a").click()
    desk.settled()
    assert desk.current == pairs[2]
    for question in "1234":
        desk.detail(pairs[2]).locator(f'[data-question="{question}"] button[data-key="1"]').click()
    desk.settled()
    assert desk.acts(pairs[2]) == ACCEPTED
    assert desk.focus == pairs[3]


def test_the_status_line_says_what_was_done_and_that_it_can_be_undone(sit: Sit) -> None:
    desk = sit().open()
    accession = (desk.current or "").partition(":")[2]
    desk.judge("x")
    assert desk.status == f"Rejected {accession}. {desk.open_count} open. Z undoes."


@pytest.mark.parametrize("width", [1280, 360])
def test_a_note_with_papers_and_a_sentence_is_kept_with_the_row(sit: Sit, width: int) -> None:
    desk = sit(viewport={"width": width, "height": 800}).open()
    pair = desk.current or ""
    desk.press("c")
    desk.page.keyboard.type("x marks nothing here: j, a and 1 are letters")
    desk.page.keyboard.press("Tab")
    desk.page.keyboard.type("PMID 31037298, doi 10.1016/j.tox")
    desk.page.keyboard.press("Tab")
    desk.page.keyboard.type("It rises (x 2).")
    desk.reach(desk.detail(pair).get_by_role("button", name="Save the note"))
    desk.judge("Enter")
    assert desk.acts(pair) == [Act.ANNOTATE]
    assert desk.decided[0].evidence == Evidence(("31037298",), ("10.1016/j.tox",), "It rises (x 2).")
    said = desk.detail(pair)
    assert "x marks nothing here" in (said.text_content() or "") and said.get_by_text("It rises (x 2).").is_visible()
    assert "31037298" in (said.get_by_role("link", name="PMID 31037298").get_attribute("href") or "")
    assert desk.current == desk.focus == pair
    desk.judge("x")
    assert desk.acts(pair) == [Act.ANNOTATE, Act.REJECT]


def test_another_target_is_found_put_in_and_judged_and_survives_a_reload(sit: Sit) -> None:
    desk = sit().open()
    absent = next(
        pair for pair in ("wikipathways:WP254", "wikipathways:WP1742", "wikipathways:WP49") if pair not in desk.pairs()
    )
    desk.press("/")
    desk.page.keyboard.type(absent.partition(":")[2])
    with desk.page.expect_navigation():
        desk.press("Enter")  # as soon as it is written: what is found comes later
    desk.detailed()
    assert desk.current == desk.focus == absent
    assert "with=" in desk.page.url
    desk.reload()
    assert desk.current == absent
    desk.judge("x")
    assert desk.acts(absent) == [Act.REJECT]
    desk.open()
    assert absent in desk.pairs()


def test_one_escape_leaves_the_search_however_much_is_written(sit: Sit) -> None:
    desk = sit().open()
    first = desk.current
    desk.press("/")
    desk.page.keyboard.type("WP25")
    desk.page.locator('#hits [data-text="WP25"]').wait_for()
    desk.press("Escape")
    desk.judge("x")
    assert desk.acts(first) == [Act.REJECT]


def test_enter_takes_what_is_written_and_not_what_was_found_before(sit: Sit) -> None:
    desk = sit().open()
    desk.press("/")
    field = desk.page.locator("#search input[name=q]")
    desk.page.keyboard.type("WP25")
    desk.page.locator('#hits [data-text="WP25"]').wait_for()
    with desk.page.expect_navigation(), desk.unanswered("**/table/search*"):
        with desk.page.expect_request("**/table/search*"):
            field.press("4")
        desk.press("Enter")
        assert desk.page.url.endswith(f"/key-events/{desk.key_event}"), "there is nothing to take yet"
    desk.detailed()
    assert desk.current == "wikipathways:WP254"


def test_enter_counts_no_more_once_one_writes_on(sit: Sit) -> None:
    desk = sit().open()
    here = desk.page.url
    desk.press("/")
    field = desk.page.locator("#search input[name=q]")
    with desk.unanswered("**/table/search*"):
        with desk.page.expect_request("**/table/search*"):
            field.press("p")
        desk.press("Enter")
        with desk.page.expect_request("**/table/search*"):
            field.press("5")
    desk.page.locator('#hits [data-text="p5"] a').first.wait_for()
    assert desk.page.url == here


def test_scores_off_is_kept_for_the_person(sit: Sit) -> None:
    desk = sit("second-curator").open()
    score = desk.page.locator("tr[data-pair] .bars").first
    assert score.is_visible()
    with desk.page.expect_response("**/me/scores/table"):
        desk.press("s")
    assert not score.is_visible()
    desk.reload()
    assert not score.is_visible()
    with desk.page.expect_response("**/me/scores/table"):
        desk.press("s")
    assert score.is_visible()
    desk.reload()
    assert score.is_visible()


def test_the_next_key_event_is_two_keys_away_and_back(sit: Sit) -> None:
    desk = sit().open()
    here = desk.page.url
    for forth, back in (("J", "K"), ("K", "J")):
        if not desk.page.locator(f'a[rel="{"next" if forth == "J" else "prev"}"]').count():
            continue
        with desk.page.expect_navigation():
            desk.press(forth)
        assert desk.page.url != here
        with desk.page.expect_navigation():
            desk.press(back)
        assert desk.page.url == here


def test_o_opens_the_page_of_the_target(sit: Sit) -> None:
    desk = sit().open()
    source, _, accession = (desk.current or "").partition(":")
    with desk.page.expect_navigation():
        desk.press("o")
    assert desk.page.url.endswith(f"/targets/{source}/{accession}")


def test_leaving_waits_for_what_is_under_way(sit: Sit) -> None:
    desk = sit().open()
    pair = desk.current or ""
    desk.latency(300)
    with desk.page.expect_navigation():
        desk.press("a", "1", "2", "3", "1", "o")
    assert desk.acts(pair) == ACCEPTED


def test_a_reader_sees_the_table_without_buttons(sit: Sit) -> None:
    for login in (None, "stranger"):
        desk = sit(login).open()
        pairs = desk.pairs()
        assert len(pairs) == 30
        assert desk.page.locator("tr[data-pair] button, .assessment, .relations").count() == 0
        desk.press("j", "x", "a", "1", "z", "u")
        assert desk.current == desk.focus == pairs[1]
        assert desk.sent == []
        assert ("Sign in to judge" in desk.status) == (login is None)
