"""Looking again at what was approved: what changed, before and after, and a key to say that it still holds."""

import csv
import re
from collections.abc import Callable

import httpx
import pytest

from core import review
from core.appending import Draft
from core.export import published
from core.model import Act, Pair, Relation, Source, TargetKey
from core.store import connection, decisions, mappings
from tests import catalogues, people
from tests.catalogues import NOW, PATHWAY_GENES, PATHWAYS
from tests.servers import Keyway

Visit = Callable[[str | None], httpx.Client]
PAIR = Pair(1115, TargetKey(Source.WIKIPATHWAYS, "WP408"))
ANSWERS = {"relationship": "causative", "basis": "known", "specificity": "specific", "coverage": "complete"}
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')


@pytest.fixture
def stale(keyway: Keyway) -> Keyway:
    """WP408 was approved for KE 1115, and has another name and other genes since."""
    with connection.writer(keyway.database) as db, connection.transaction(db):
        act(people.person(db, "curator").id, db, Act.PROPOSE, relation=Relation.RELATED, answers=ANSWERS)
        act(people.person(db, "reviewer").id, db, Act.APPROVE)
    rows = [{"id": "WP408", "title": "Response to oxidants"}, *(row for row in PATHWAYS if row["id"] != "WP408")]
    catalogues.bring(
        keyway.database, catalogues.pathways(*rows, genes=PATHWAY_GENES | {"WP408": ["SOD1", "CAT", "GPX1"]})
    )
    return keyway


def act(person: int, db: object, act: Act, **more: object) -> None:
    version = len(decisions.of_pair(db, PAIR))  # type: ignore[arg-type]
    review.decide(db, Draft(PAIR, act, version, f"{act} {version}", **more), person, NOW)  # type: ignore[arg-type]


def test_without_a_change_the_queue_says_what_comes_here(visit: Visit) -> None:
    page = visit("curator").get("/recheck")
    assert page.status_code == 200
    assert "Nothing to look at again." in page.text


def test_a_curator_reads_before_and_after_and_affirms(stale: Keyway, visit: Visit) -> None:
    curator = visit("curator")
    page = curator.get("/recheck").text
    assert "<del>Oxidative stress response</del>" in page and "<ins>Response to oxidants</ins>" in page
    assert "1 gene went" in page and "NFE2L2" in page and "2 genes came" in page and "CAT GPX1" in page
    assert '<span class="state" data-state="stale">stale</span>' in page
    (button,) = re.findall(r'<button[^>]*name="act" value="affirm"[^>]*data-key="a"', page)
    assert button
    form = page[page.index('id="form-1115-wikipathways-WP408"') :]
    fields = dict(HIDDEN.findall(form[: form.index("</form>")]))
    answer = curator.post("/recheck/decisions", data={**fields, "act": "affirm"})
    assert answer.status_code == 200
    assert "Nothing to look at again." in answer.text
    with connection.reader(stale.database) as db:
        assert decisions.of_pair(db, PAIR)[-1].act is Act.AFFIRM
        assert mappings.stale(db) == []


def test_its_key_event_shows_the_mark_and_the_same_change(stale: Keyway, visit: Visit) -> None:
    page = visit(None).get("/key-events/1115?at=wikipathways:WP408").text
    assert 'data-state="stale"' in page
    assert "Changed since it was confirmed" in page
    assert 'value="affirm"' not in page


def test_files_and_api_mark_it_where_others_are_fresh(stale: Keyway, visit: Visit) -> None:
    table = list(csv.DictReader(visit(None).get("/exports/mappings.csv").text.splitlines()))
    assert [(row["target_id"], row["stale"]) for row in table] == [("WP408", "stale")]
    assert visit(None).get("/api/v1/mappings").json()["data"][0]["stale"] is True
    assert visit(None).get("/exports/mappings.json").json()["data"][0]["stale"] is True
    assert 'data-state="stale"' in visit(None).get("/explore").text
    for name in ("positive.sssom.tsv", "mappings.ttl"):
        assert published.STALE in visit(None).get(f"/exports/{name}").text
    with connection.writer(stale.database) as db, connection.transaction(db):
        act(people.person(db, "curator").id, db, Act.AFFIRM)
    table = list(csv.DictReader(visit(None).get("/exports/mappings.csv").text.splitlines()))
    assert [row["stale"] for row in table] == [""]
    for name in ("positive.sssom.tsv", "mappings.ttl"):
        assert published.STALE not in visit(None).get(f"/exports/{name}").text


def test_its_target_shows_the_mark_to_everybody(stale: Keyway, visit: Visit) -> None:
    assert 'data-state="stale"' in visit(None).get("/targets/wikipathways/WP408").text


def test_a_withdrawn_target_says_where_to_look_instead(keyway: Keyway, visit: Visit) -> None:
    rows = [row for row in PATHWAYS if row["id"] != "WP408"]
    catalogues.bring(keyway.database, catalogues.pathways(*rows, genes=PATHWAY_GENES), accept_shrink=True)
    page = visit(None).get("/targets/wikipathways/WP408").text
    assert "WikiPathways has withdrawn this target" in page
    assert '<a href="/search?q=Oxidative%20stress%20response">search for its title</a>' in page


def test_a_stranger_does_not_come_in(stale: Keyway, visit: Visit) -> None:
    assert visit(None).get("/recheck").status_code == 401
    assert visit("stranger").get("/recheck").status_code == 403


def test_the_queue_tells_a_curator_of_it(stale: Keyway, visit: Visit) -> None:
    assert '<a href="/recheck">1 approved mapping to look at again</a>' in visit("curator").get("/queue").text
    assert "/recheck" not in visit(None).get("/queue").text
