"""Looking again at what was approved, by keys alone, on a wide and on a narrow screen: the count falls with every
press, and rises with an undo."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from core import catalogue, review
from core.appending import Draft
from core.ingest.files import SourceFiles
from core.ingest.neutral import File
from core.model import Act, Pair, Relation, Source, TargetKey
from core.store import connection, decisions, targets
from tests import people
from tests.browser.conftest import Sit
from tests.browser.desk import Desk
from tests.catalogues import NOW, bring

pytestmark = pytest.mark.browser
WIDTHS = (1280, 360)
DATA = Path(catalogue.__file__).with_name("data")
ANSWERS = {"relationship": "causative", "basis": "known", "specificity": "specific", "coverage": "complete"}


@pytest.fixture(params=WIDTHS, ids="{} px".format)
def stale(request: pytest.FixtureRequest, sit: Sit) -> Iterator[tuple[Desk, list[str]]]:
    """A reviewer before four mappings of this test's Key Event whose targets have other names by now."""
    reviewer = sit("reviewer", viewport={"width": request.param, "height": 800})
    with connection.reader(reviewer.database) as db:
        accessions = targets.accessions(db, Source.WIKIPATHWAYS)[:4]
    pairs = [Pair(reviewer.key_event, TargetKey(Source.WIKIPATHWAYS, each)) for each in accessions]
    with connection.writer(reviewer.database) as db, connection.transaction(db):
        for pair in pairs:
            approve(db, pair)
    rows = [json.loads(line) for line in (DATA / "wikipathways.jsonl").read_text("utf-8").splitlines()]
    for row in rows:
        if row["id"] in accessions:
            row["title"] = f"What was {row['title']} until {reviewer.key_event}"
    renamed = File("renamed.jsonl", "\n".join(map(json.dumps, rows)).encode())
    bring(reviewer.database, SourceFiles(Source.WIKIPATHWAYS, renamed))
    reviewer.page.goto(f"/recheck?key_event={reviewer.key_event}")
    reviewer.detailed()
    yield reviewer, reviewer.pairs()


def approve(db: object, pair: Pair) -> None:
    for login, act, more in (
        ("curator", Act.PROPOSE, {"relation": Relation.RELATED, "answers": ANSWERS}),
        ("reviewer", Act.APPROVE, {}),
    ):
        version = len(decisions.of_pair(db, pair))  # type: ignore[arg-type]
        draft = Draft(pair, act, version, f"{pair} {version}", **more)  # type: ignore[arg-type]
        review.decide(db, draft, people.person(db, login).id, NOW)  # type: ignore[arg-type]


def test_every_press_is_one_less_to_look_at(stale: tuple[Desk, list[str]]) -> None:
    reviewer, pairs = stale
    assert (reviewer.open_count, len(pairs)) == (4, 4)
    before = reviewer.detail(pairs[0])
    assert before.locator("del").first.is_visible() and before.locator("ins").first.is_visible()
    assert not reviewer.page.evaluate("document.documentElement.scrollWidth > innerWidth")
    reviewer.judge("a")
    assert reviewer.status.startswith("Affirmed") and "3 waiting" in reviewer.status
    assert (reviewer.open_count, reviewer.current) == (3, pairs[1])
    reviewer.explain("x", "another pathway by now")
    assert (reviewer.open_count, reviewer.current) == (2, pairs[2])
    reviewer.judge("b")
    assert (reviewer.open_count, reviewer.current) == (1, pairs[2]), "it asks for the answers next"
    assert marks(reviewer, pairs) == ["approved", "retired", "revision", "stale"]
    reviewer.judge("z")
    assert (reviewer.open_count, marks(reviewer, pairs)[2]) == (2, "stale")
    reviewer.reload()
    assert (reviewer.open_count, reviewer.pairs()) == (2, pairs[2:])


def marks(reviewer: Desk, pairs: list[str]) -> list[str | None]:
    """What each row is to scripts; a stale one shows two marks."""
    return [reviewer.row(pair).get_attribute("data-state") for pair in pairs]
