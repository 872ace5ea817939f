"""AOP-Wiki's answers, read; and what is said of one that is not as it must be."""

import json

import pytest

from core.errors import Invalid
from core.ingest import aopwiki
from core.ingest.neutral import File
from core.model import Aop, AopRole, KeyEvent, Level, Membership, Relationship
from tests import sources
from tests.sources import answer

KE, AOP = "https://identifiers.org/aop.events/149", "http://identifiers.org/aop/38"


def test_all_of_it_is_read_whatever_the_scheme_of_its_addresses() -> None:
    content = aopwiki.content(sources.parts("aopwiki"))
    assert list(content.rows) == ["KE 149", "KE 1115", "KE 344", "KE 55"]
    assert content.rows["KE 149"] == KeyEvent(
        149, "Increase, Inflammation", "Cytokines such as IL 6 rise.\nNeutrophils follow (<1 day).", Level.TISSUE
    )
    assert content.rows["KE 55"] == KeyEvent(55, "Increase, Cell injury/death")
    assert content.genes and content.genes.entries == {"KE 149": ("IL6", "TNF"), "KE 1115": ("SOD1",)}
    assert content.relationships and content.relationships.entries == [
        Relationship(144, 1115, 149),
        Relationship(144, 149, 344),
    ]


def test_the_more_telling_role_counts() -> None:
    content = aopwiki.content(sources.parts("aopwiki"))
    fibrosis = Aop(144, "Endocytic lysosomal uptake leading to liver fibrosis", "Under Development")
    endorsed = Aop(38, "Protein Alkylation leading to Liver Fibrosis", "WPHA/WNT Endorsed")
    assert content.memberships and content.memberships.entries == [
        Membership(1115, fibrosis, AopRole.MIE),
        Membership(149, fibrosis, AopRole.KE),
        Membership(344, fibrosis, AopRole.AO),
        Membership(344, endorsed, AopRole.AO),
    ]


def test_the_first_of_several_values_counts() -> None:
    rows = [{"KE": KE, "title": "Inflammation", "level": level} for level in ("Tissue", "Organ")]
    assert aopwiki.key_events([answer(*rows)]) == [KeyEvent(149, "Inflammation", level=Level.TISSUE)]


def test_pages_are_one_answer() -> None:
    pages = [answer({"KE": KE.replace("149", str(number)), "title": "A"}) for number in (1, 2)]
    assert [each.id for each in aopwiki.key_events(pages)] == [1, 2]


def test_a_missing_part_is_named() -> None:
    with pytest.raises(Invalid, match="The members are missing; fetch them again"):
        aopwiki.content({**sources.parts("aopwiki"), "members": ()})


@pytest.mark.parametrize(
    ("row", "complaint"),
    [
        ({"title": "A"}, "answer.json, row 1: KE is missing, expected an address like"),
        ({"KE": "https://example.org/149", "title": "A"}, 'KE is "https://example.org/149"'),
        ({"KE": KE + "x", "title": "A"}, "KE is"),
        ({"KE": KE, "label": "KE 150", "title": "A"}, 'label is "KE 150", expected KE 149, as its address says'),
        ({"KE": KE}, "title is missing"),
        ({"KE": KE, "title": "A", "level": "Atomic"}, 'level is "Atomic", expected one of Molecular'),
    ],
)
def test_a_bad_key_event_names_its_fault(row: dict[str, str], complaint: str) -> None:
    with pytest.raises(Invalid) as refusal:
        aopwiki.key_events([answer(row)])
    assert complaint in str(refusal.value)


@pytest.mark.parametrize("symbol", ["6018", "HGNC:6018", "hgnc:6018", "IL 6", ""])
def test_a_number_is_never_taken_for_a_symbol(symbol: str) -> None:
    with pytest.raises(Invalid, match="a gene symbol like TP53, not its number"):
        aopwiki.gene_sets([answer({"KE": KE, "symbol": symbol})])


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (sources.SAVED_PAGE, "is a web page, “302 Found”, not data"),
        (answer().content, "has no rows, and an empty answer is never imported"),
        (answer({"KE": KE, "title": "A"}).content[:-9], "not JSON, or cut off"),
        (b"", "is empty"),
        (b'{"head": {}}', "is no answer with results and bindings"),
        (json.dumps({"results": {"bindings": [{"KE": "x"}]}}).encode(), "expected a term with a value"),
        (b"\xff\xfe\x00", "not JSON"),
        (b"[" * 100_000, "not JSON"),
    ],
)
def test_what_is_no_answer_is_refused(content: bytes, complaint: str) -> None:
    with pytest.raises(Invalid) as refusal:
        aopwiki.key_events([File("key-events.json", content)])
    assert str(refusal.value).startswith("key-events.json")
    assert complaint in str(refusal.value)
    assert str(refusal.value).rstrip(".").endswith("fetch it again")


def test_an_aop_that_is_not_known_brings_no_place() -> None:
    assert aopwiki.memberships([answer({"AOP": AOP, "KE": KE})], {}) == []
    assert aopwiki.memberships([answer({"AOP": AOP, "KE": KE})], {38: Aop(38, "A")}) == [
        Membership(149, Aop(38, "A"), AopRole.KE)
    ]
