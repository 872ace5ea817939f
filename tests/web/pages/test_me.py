"""A person's own page."""

import re
from collections.abc import Callable

import httpx

from core.model import Act, Source
from core.store import connection, journal
from tests import people
from tests.servers import Keyway
from tests.web.pages.conftest import Decide
from web.pages import me

Visit = Callable[[str | None], httpx.Client]
CHECKED = re.compile(r'name="(\w+)" value="on" checked')


def test_somebody_signed_out_is_asked_to_sign_in(visit: Visit) -> None:
    page = visit(None).get("/me")
    assert page.status_code == 401
    assert "/signin?next=/me" in page.text


def test_a_curator_reads_their_own_decisions_newest_first(visit: Visit, decided: Decide) -> None:
    decided("curator", 149, Act.REJECT, "WP254")
    decided("curator", 149, Act.PROPOSE, "WP408")
    decided("curator", 344, Act.UNSURE, "GO:0006954", days=1)
    decided("second-curator", 55, Act.REJECT, "WP254")
    page = visit("curator").get("/me").text
    places = [page.index(words) for words in ("2026-11-24", "KE 344", "inflammatory response", "2026-11-23", "KE 149")]
    assert places == sorted(places)
    assert page.index("Oxidative stress response") < page.index("Apoptosis")
    assert page.count("Increase, Inflammation") == 1
    assert "KE 55" not in page


def test_a_decision_leads_back_to_its_row(visit: Visit, decided: Decide) -> None:
    decided("curator", 344, Act.UNSURE, "GO:0006954")
    assert 'href="/key-events/344?at=go%3AGO%3A0006954"' in visit("curator").get("/me").text


def test_what_was_undone_is_marked_and_the_undo_is_no_line(visit: Visit, decided: Decide) -> None:
    decided("curator", 149, Act.REJECT, "WP254")
    decided("curator", 149, Act.UNDO, "WP254")
    page = visit("curator").get("/me").text
    assert page.count('<tr class="undone">') == 1
    assert page.count("Apoptosis") == 1


def test_a_no_target_is_among_the_decisions(
    visit: Visit, nothing_fits: Callable[[str, int, Source | None], None]
) -> None:
    nothing_fits("curator", 149, Source.GO)
    nothing_fits("curator", 344, None)
    page = visit("curator").get("/me").text
    assert "No target in Gene Ontology" in page
    assert "No target in any source" in page


def test_older_decisions_are_a_page_away(visit: Visit, decided: Decide) -> None:
    first = decided("curator", 149, Act.REJECT, "WP254")
    newer = decided("curator", 149, Act.REJECT, "WP408")
    page = visit("curator").get(f"/me?before={newer.id}").text
    assert "Apoptosis" in page and "Oxidative stress response" not in page
    assert "Nothing older" in visit("curator").get(f"/me?before={first.id}").text


def test_the_page_ends_where_the_next_one_begins(keyway: Keyway, decided: Decide) -> None:
    made = [decided("curator", 149, Act.REJECT, accession) for accession in ("WP254", "WP408", "WP1742")]
    with connection.reader(keyway.database) as db:
        who = people.person(db, "curator").id
        newest = journal.of(db, who, None, 2)
        rest = journal.of(db, who, newest[-1].id, 2)
    assert [entry.id for entry in [*newest, *rest]] == [decision.id for decision in reversed(made)]


def test_a_newcomer_is_told_what_comes_here(visit: Visit) -> None:
    page = visit("curator").get("/me").text
    assert "No decisions yet" in page
    assert '<a class="button primary" href="/queue">Open the queue</a>' in page
    assert '<a class="button primary" href="/role">Ask for a role</a>' in visit("stranger").get("/me").text


def test_a_person_switches_settings_and_finds_them_so(visit: Visit) -> None:
    curator = visit("curator")
    assert CHECKED.findall(curator.get("/me").text) == ["keys", "scores"]
    page = curator.post("/me/settings", data={"scores": "on", "dense": "on"})
    assert page.status_code == 200
    assert page.url.path == "/me"
    assert CHECKED.findall(page.text) == ["scores", "dense"]
    assert "Saved." in page.text
    assert CHECKED.findall(visit("second-curator").get("/me").text) == ["keys", "scores"]


def test_every_act_has_a_mark_and_a_word() -> None:
    assert set(me.WORDS) == set(Act) - {Act.UNDO}
