"""What a request asks of the database is answered by an index, whatever the size of the catalogue."""

import sqlite3
from collections.abc import Callable, Iterator
from functools import partial

import pytest

from core.model import Level, Pair, Progress, Source, TargetKey, Tier
from core.store import (
    attempts,
    before,
    chains,
    claims,
    codes,
    connection,
    coverage,
    curators,
    decisions,
    explore,
    exports,
    found,
    genes,
    hierarchy,
    hits,
    journal,
    key_events,
    mappings,
    queue,
    snapshots,
    statistics,
    targets,
    waiting,
)
from core.store.exports import Selection
from core.store.queue import Filter
from tests import catalogues
from tests.catalogues import NOW

published_filter = partial(explore.Filter, state=None)
KEY = TargetKey(Source.WIKIPATHWAYS, "WP254")
WAITING = waiting.Filter(149, 144, "curator", Tier.HIGH, Source.WIKIPATHWAYS)
EVERYTHING = Filter(Progress.OPEN, aop=144, level=Level.TISSUE, text="inflammation")

REQUESTS: dict[str, Callable[[sqlite3.Connection], object]] = {
    "a Key Event": lambda db: key_events.get(db, 149),
    "its AOPs": lambda db: key_events.memberships_of(db, 149),
    "its neighbours": lambda db: key_events.neighbours(db, 149),
    "a page of the queue": lambda db: queue.page(db, Filter()),
    "a page of the queue, filtered": lambda db: queue.page(db, EVERYTHING),
    "a place": lambda db: queue.place(db, Filter(), 149),
    "a place, filtered": lambda db: queue.place(db, EVERYTHING, 149),
    "progress": queue.counts,
    "levels": queue.levels,
    "the AOP of a queue": lambda db: queue.aop(db, EVERYTHING),
    "a target": lambda db: targets.get(db, KEY),
    "rows of targets": lambda db: targets.by_pairs(db, [Pair(149, KEY)]),
    "search": lambda db: hits.targets(db, "cell death"),
    "search in one source": lambda db: hits.targets(db, "cell death", Source.WIKIPATHWAYS),
    "parents": lambda db: hierarchy.parents(db, KEY),
    "all that is above": lambda db: hierarchy.above(db, [KEY]),
    "children": lambda db: hierarchy.children(db, KEY),
    "replacements": lambda db: hierarchy.replacements(db, KEY),
    "an old id": lambda db: hierarchy.led(db, "GO:0000001"),
    "a gene": lambda db: genes.get(db, "TNF", 25),
    "genes by letters": lambda db: genes.named(db, "p53", 6),
    "genes by two letters": lambda db: genes.named(db, "ar", 6),
    "anything": lambda db: found.anything(db, "p53 death", None, 12),
    "what was withdrawn": lambda db: hits.gone(db, "KE 344"),
    "an AOP": lambda db: chains.aop(db, 144),
    "a page of AOPs": lambda db: chains.page(db, chains.Filter(), 1, 50),
    "a page of AOPs, filtered": lambda db: chains.page(db, chains.Filter("liver", "Endorsed", "gaps"), 1, 50),
    "statuses of AOPs": chains.statuses,
    "what waits": lambda db: waiting.page(db, waiting.Filter(), 1, 50),
    "what waits, filtered": lambda db: waiting.page(db, WAITING, 1, 50),
    "whose claims wait": waiting.authors,
    "stale mappings": lambda db: waiting.page(db, waiting.Filter(stale=True), 1, 50),
    "stale mappings of a Key Event": lambda db: mappings.stale(db, [149]),
    "a Key Event as it was": lambda db: before.key_event(db, key_events.get(db, 149), 0),
    "a target as it was": lambda db: before.target(db, targets.get(db, KEY), 0),
    "counts of targets": targets.counts,
    "the record of a mapping": lambda db: decisions.pair_of(db, "7c9e6679-7425-40de-944b-e07fc1f90ae7"),
    "its decisions": lambda db: decisions.of_pair(db, Pair(149, KEY)),
    "decisions of a Key Event": lambda db: decisions.of_key_event(db, 149),
    "decisions of a page": lambda db: decisions.of_pairs(db, [Pair(149, KEY)]),
    "somebody's newest act": lambda db: decisions.newest_id(db, 1),
    "somebody's newest act, to undo": lambda db: decisions.newest_bulk(db, 1),
    "targets of a page": lambda db: targets.whole(db, [KEY]),
    "where else its targets are mapped": lambda db: mappings.elsewhere(db, [Pair(149, KEY)]),
    "somebody's claims": lambda db: claims.counts(db, 1),
    "what reviewers wrote": lambda db: claims.replies(db, 1, 20),
    "somebody's journal": lambda db: journal.of(db, 1, None, 50),
    "imports": lambda db: snapshots.of(db, list(Source)),
    "somebody": lambda db: curators.by_ids(db, [1]),
    "wrong tries": lambda db: attempts.since(db, "person:1", NOW),
    "a code": lambda db: codes.by_text(db, "AAAA-BBBB"),
    "snapshots": snapshots.in_force,
    "statistics: Key Events": statistics.key_events,
    "statistics: AOPs": statistics.aops,
    "statistics: states": statistics.states,
    "statistics: tiers": statistics.tiers,
    "statistics: approvals": statistics.approvals,
    "statistics: waits": statistics.waits,
    "statistics: what waits": statistics.waiting_since,
    "statistics: credits": coverage.credits,
}
# The list that is asked for itself (some 1,500 Key Events, 500 AOPs, the people, a row an import), a list in a
# parameter, an FTS match, and small indexes read in order.
WHOLE_TABLES = {"SCAN key_event", "SCAN key_event_progress", "SCAN aop", "SCAN person"}
LISTED = "SCAN wanted VIRTUAL TABLE INDEX 1:"
WALKED = (
    "SCAN wanted VIRTUAL TABLE",
    "SCAN edge",
    "SCAN json_each VIRTUAL TABLE",
    "SCAN target_text VIRTUAL TABLE INDEX 0:M",
    "SCAN key_event_text VIRTUAL TABLE INDEX 0:M",
    "SCAN gene_text VIRTUAL TABLE INDEX 0:M",
    "SCAN gene_set_text VIRTUAL TABLE INDEX 0:M",
    "SCAN key_event_progress USING COVERING INDEX",
    "SCAN aop_member USING COVERING INDEX",
    "SCAN mapping USING COVERING INDEX mapping_stale",
    "SCAN mapping USING INDEX mapping_stale",
    "SCAN mapping USING COVERING INDEX mapping_waiting",
    "SCAN mapping USING COVERING INDEX mapping_facts",
    "SCAN published USING INDEX published_order",
    "SCAN published USING INDEX published_facts",
    "SCAN snapshot USING COVERING INDEX",
    "SCAN (subquery",
    "SCAN acts",
)


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    with connection.reader(catalogues.small(tmp_path_factory.mktemp("plans"))) as db:
        for request in REQUESTS.values():
            request(db)  # FTS5 reads its own configuration at the first match
        yield db


def statements(db: sqlite3.Connection, request: Callable[[sqlite3.Connection], object]) -> list[str]:
    found: list[str] = []
    db.set_trace_callback(found.append)
    request(db)
    db.set_trace_callback(None)
    return [statement for statement in found if not statement.startswith("--")]


@pytest.mark.parametrize("name", REQUESTS)
def test_a_request_walks_through_no_table_but_the_one_it_lists(db: sqlite3.Connection, name: str) -> None:
    asked = statements(db, REQUESTS[name])
    assert asked
    for statement in asked:
        steps = [row["detail"] for row in db.execute(f"EXPLAIN QUERY PLAN {statement}")]
        scans = [step for step in steps if step.startswith("SCAN")]
        assert all(step in WHOLE_TABLES or step.startswith(WALKED) for step in scans), (statement, scans)
        begun = 2 if steps[:2] == ["CO-ROUTINE edge", "SETUP"] else 0  # a recursion says that it is one first
        assert LISTED not in steps[begun + 1 :], (
            f"what is listed is where one begins, not what each row is held against: {steps}"
        )


@pytest.mark.parametrize(
    ("selection", "index"),
    [
        (Selection(published_filter(accession="WP254")), "published_accession (accession=?"),
        (Selection(published_filter(tier=Tier.HIGH)), "published_tier (tier=?"),
        (Selection(published_filter(source=Source.GO)), "published_source (source=?"),
        (Selection(published_filter(key_event=149)), "published_order (key_event=?"),
    ],
)
def test_mappings_in_force_are_filtered_by_an_index_and_come_in_its_order(
    db: sqlite3.Connection, selection: Selection, index: str
) -> None:
    for ask in (lambda db: list(exports.rows(db, selection, limit=50)), lambda db: exports.count(db, selection)):
        (statement,) = (each for each in statements(db, ask) if "FROM published" in each)
        steps = [row["detail"] for row in db.execute(f"EXPLAIN QUERY PLAN {statement}")]
        assert any(index in step for step in steps), steps
        assert not any("TEMP B-TREE" in step for step in steps), steps


def test_a_walk_through_the_targets_would_be_seen(db: sqlite3.Connection) -> None:
    (step,) = db.execute("EXPLAIN QUERY PLAN SELECT title FROM target WHERE description = 'x'")
    assert step["detail"] == "SCAN target"
