"""Looking for a target by what a person types."""

import random
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.model import Source
from core.store import connection, genes, hits, queue, search
from core.store import found as found_anywhere
from tests import catalogues


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    with connection.reader(catalogues.small(tmp_path_factory.mktemp("search"))) as db:
        yield db


def found(db: sqlite3.Connection, text: str, source: Source | None = None) -> list[str]:
    return [hit.key.accession for hit in hits.targets(db, text, source)]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("WP254", "WP254"),
        (" wp254 ", "WP254"),
        ("GO:0006954", "GO:0006954"),
        ("apoptosis", "WP254"),  # a title, before the one that only mentions it
        ("cell death", "WP254"),
        ("oxidative str", "WP408"),
        ("p53", "WP1742"),
        ("IL6", "WP4341"),
        ("il-6", "WP4341"),
        ("TNF/IL6", "WP4341"),
        ("Inflammation", "GO:0006954"),  # its synonym, in full
        ("ROS metab", "GO:0072593"),
    ],
)
def test_a_person_finds_a_target(db: sqlite3.Connection, text: str, first: str) -> None:
    assert found(db, text)[:1] == [first]


def test_every_word_counts_and_only_the_last_may_be_unfinished(db: sqlite3.Connection) -> None:
    assert found(db, "oxidative response") == ["WP408"]
    assert found(db, "oxidative apoptosis") == []
    assert found(db, "oxid response") == []


def test_a_person_keeps_to_one_source(db: sqlite3.Connection) -> None:
    assert set(found(db, "inflam")) == {"WP4341", "GO:0006954"}
    assert found(db, "inflam", Source.GO) == ["GO:0006954"]
    assert len(hits.targets(db, "inflam", limit=1)) == 1


@pytest.mark.parametrize(
    "text", ["", "   ", '"', "*", "^", "()", "NOT", "a AND", "title:x", "-", "\0", "\ud800", "NEAR("]
)
def test_what_looks_like_an_operator_is_only_text(db: sqlite3.Connection, text: str) -> None:
    hits.targets(db, text)
    queue.page(db, queue.Filter(text=text))


def test_a_very_long_text_is_cut(db: sqlite3.Connection) -> None:
    assert search.match("word " * 10_000).count("word") == search.MOST_WORDS
    hits.targets(db, "a" * 1_000_000)


def test_twenty_thousand_random_texts_raise_nothing(db: sqlite3.Connection) -> None:
    chance = random.Random(149)
    marks = "\"'*^:()-+{}[]/\\,;.!?%_~&|<>= \t\n\0"
    for _ in range(20_000):
        pieces = chance.choices((marks, "abIL6αβ国", ""), k=chance.randint(1, 20))
        text = "".join(chance.choice(piece) if piece else chr(chance.randint(0, sys.maxunicode)) for piece in pieces)
        found_anywhere.anything(db, text, None, most=1)


@given(st.text(st.characters()))
@settings(deadline=None)
def test_any_text_makes_a_query_that_parses(db: sqlite3.Connection, text: str) -> None:
    hits.targets(db, text, limit=1)
    found_anywhere.anything(db, text, Source.GO, most=1)


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("oxidative stresses", "WP408"),
        ("apoptotic", "WP254"),
        ("the inflammation of a", "GO:0006954"),
        ("interleukin6", "WP4341"),
        ("IL 6", "WP4341"),
    ],
)
def test_a_word_may_be_written_otherwise(db: sqlite3.Connection, text: str, first: str | None) -> None:
    assert found(db, text)[:1] == ([first] if first else [])


def test_a_letter_behind_another_word_is_a_word_of_its_own() -> None:
    assert matches("fatty acid beta oxidation", "beta oxidation of a fatty acid")


def matches(text: str, title: str) -> bool:
    """Whether a title is found by a text."""
    with closing(sqlite3.connect(":memory:")) as db:
        db.execute("CREATE VIRTUAL TABLE found USING fts5 (title, description, tokenize = 'unicode61')")
        db.execute("INSERT INTO found VALUES (:title, '')", {"title": title})
        return db.execute("SELECT 1 FROM found WHERE found MATCH :match", {"match": search.match(text)}).fetchone()


def test_the_key_event_of_that_name_comes_first_whichever_way_it_goes(db: sqlite3.Connection) -> None:
    names = [hit.id for hit in hits.key_events(db, "inflammation", 5)]
    assert names[:1] == [149]
    assert hits.key_events(db, "IL1B", 5)[0].id == 149, "by its gene"
    assert [hit.id for hit in hits.key_events(db, "inflammation IL1B", 5)] == [149], "by a word and a gene"


def test_one_word_may_be_a_gene_and_another_of_the_text(db: sqlite3.Connection) -> None:
    assert found(db, "TNF") == ["WP4341", "WP254"], "by genes alone, the fewest first"
    assert found(db, "TNF cytokines") == ["WP4341"]
    assert found(db, "TNF IL6") == ["WP4341"]
    assert found(db, "TN") == [], "an unfinished symbol is none"


def test_names_are_written_out_and_genes_have_other_names(db: sqlite3.Connection) -> None:
    assert '"interleukin 6"' in search.match("IL-6")
    assert '"reactive oxygen species"' in search.match("ROS")
    assert search.match("p53", {"p53": ["tp53"]}).endswith('OR "tp53")')
    assert [hit.symbol for hit in genes.named(db, "TNF-α", 5)] == ["TNF"]
    assert [hit.symbol for hit in genes.named(db, "Nrf2", 5)] == ["NFE2L2"]
    assert found(db, "Nrf2") == ["WP408"], "by its gene"
    assert search.match("of the") == '("of") AND ("the"*)'
    assert search.match("in") == '- description : ("in"*)'
