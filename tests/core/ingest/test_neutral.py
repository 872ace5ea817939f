"""The neutral form, read; and what is said of a row that is not as it must be."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Invalid
from core.ingest import neutral
from core.ingest.neutral import File
from core.model import Aop, AopRole, Level, Membership, Relationship, Source
from tests.catalogues import entries, lines

GOOD = {"id": "WP254", "title": "Apoptosis"}

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


def test_a_row_of_a_source_is_read_whole_and_cleaned() -> None:
    row = {
        "id": "GO:0006954",
        "title": "<i>inflammatory</i> response",
        "description": "<p>Local &amp; defensive.</p>",
        "synonyms": ["inflammation", "inflammatory response", " inflammation "],
        "tags": ["immune response"],
        "n_genes": 3,
    }
    (target,) = neutral.targets(lines(row), Source.GO)
    assert target.title == "inflammatory response"
    assert target.description == "Local & defensive."
    assert target.synonyms == ("inflammation", "immune response")


def test_a_key_event_is_read_with_or_without_a_level() -> None:
    rows = [
        {"id": "KE 149", "title": "Inflammation", "level": "Tissue"},
        {"id": "KE 55", "title": "Injury", "level": ""},
    ]
    assert [(each.id, each.level) for each in neutral.key_events(lines(*rows))] == [(149, Level.TISSUE), (55, None)]


def test_blank_lines_and_a_byte_order_mark_are_no_rows() -> None:
    content = b"\xef\xbb\xbf" + json.dumps(GOOD).encode() + b"\r\n\r\n"
    assert len(neutral.targets(File("wp.jsonl", content), Source.WIKIPATHWAYS)) == 1


def test_side_files_are_read() -> None:
    assert neutral.gene_sets(entries({"WP254": ["TP53", "CASP3", "TP53"]})) == {"WP254": ("CASP3", "TP53")}
    place = {"aop_id": "AOP 38", "aop_title": "Fibrosis", "role": "AO", "oecd_status": "Endorsed"}
    assert neutral.memberships(entries({"KE 344": [place, place]})) == [
        Membership(344, Aop(38, "Fibrosis", "Endorsed"), AopRole.AO)
    ]
    assert neutral.ncbi_ids(entries({"TP53": 7157, "CASP3": "836"})) == {"CASP3": 836, "TP53": 7157}
    arrow = {"aop_id": "AOP 38", "upstream": "KE 1", "downstream": "KE 2"}
    assert neutral.relationships(lines(arrow, arrow)) == [Relationship(38, 1, 2)]


@pytest.mark.parametrize(
    ("row", "complaint"),
    [
        ({"id": "WPx", "title": "A"}, 'rows.jsonl, row 2: id is "WPx", expected an id of WikiPathways like WP254'),
        ({"id": "WP٢", "title": "A"}, 'id is "WP٢"'),
        ({"title": "A"}, "row 2: id is missing"),
        ({"id": 254, "title": "A"}, "row 2: id is 254, expected a text"),
        ({"id": "WP1"}, "row 2: title is missing, expected a text with at least one letter"),
        ({"id": "WP1", "title": " <p></p> "}, 'row 2: title is " <p></p> "'),
        ({"id": "WP1", "title": "A", "description": 5}, "description is 5, expected a text"),
        ({"id": "WP1", "title": "A", "synonyms": "b"}, 'synonyms is "b", expected a list of texts'),
        ({"id": "WP1", "title": "A", "tags": [1]}, "tags is [1], expected a list of texts"),
        ({"id": "WP254", "title": "A"}, 'id is "WP254", expected an id of its own, not that of rows.jsonl, row 1'),
        ([1], "row 2: [1] is no JSON object"),
    ],
)
def test_a_bad_target_names_file_row_field_value_and_the_way_out(row: object, complaint: str) -> None:
    with pytest.raises(Invalid) as refusal:
        neutral.targets(lines(GOOD, row), Source.WIKIPATHWAYS)
    assert complaint in str(refusal.value)
    assert str(refusal.value).endswith("correct it and import again.")


@pytest.mark.parametrize(
    ("row", "complaint"),
    [
        ({"id": "149", "title": "A"}, 'id is "149", expected an id like “KE 142”'),
        ({"id": "KE 0", "title": "A"}, 'id is "KE 0"'),
        ({"id": "KE 99999999999", "title": "A"}, "id is"),
        ({"id": "KE 1", "title": "A", "level": "Atomic"}, 'level is "Atomic", expected one of Molecular, Cellular'),
        ({"id": "KE 1", "title": "A", "level": ["Organ"]}, "level is"),
    ],
)
def test_a_bad_key_event_names_its_fault(row: object, complaint: str) -> None:
    with pytest.raises(Invalid) as refusal:
        neutral.key_events(lines(row))
    assert complaint in str(refusal.value)


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b'{"id": "WP254", "title": "A"}\n{"id": ', "wp.jsonl, row 2: not JSON"),
        (b'{"id": "WP1", "id": "WP2", "title": "A"}', "'id' stands there twice"),
        (b'{"id": "WP1", "title": "\xff"}', "row 1: not JSON in UTF-8"),
        (b"[" * 100_000, "row 1: not JSON"),
        (b"", "has no rows"),
        (b"\n \n", "has no rows"),
    ],
)
def test_what_is_no_catalogue_is_refused(content: bytes, complaint: str) -> None:
    with pytest.raises(Invalid) as refusal:
        neutral.targets(File("wp.jsonl", content), Source.WIKIPATHWAYS)
    assert complaint in str(refusal.value)


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ({}, "side.json has no entries"),
        ([], "side.json: [] is no JSON object"),
        ({"WP1": "TP53"}, "side.json, entry 'WP1': genes is \"TP53\", expected a list of texts"),
        ({"WP1": ["TP 53"]}, 'gene is "TP 53", expected a symbol without spaces'),
        ({"WP1": [""]}, 'gene is ""'),
        ({"WP1": ["A\tB"]}, "gene is"),
    ],
)
def test_a_bad_gene_set_is_refused(content: object, complaint: str) -> None:
    with pytest.raises(Invalid) as refusal:
        neutral.gene_sets(entries(content))
    assert complaint in str(refusal.value)


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (
            {"TP53": "ENSG00000141510"},
            "side.json, entry 'TP53': id is \"ENSG00000141510\", expected a number of NCBI Gene",
        ),
        ({"TP53": 0}, "id is 0"),
        ({"TP53": True}, "id is true"),
        ({"TP53": None}, "id is null"),
        ({"TP53": ["7157", "7158"]}, 'id is ["7157", "7158"]'),
        ({"TP 53": 7157}, 'gene is "TP 53", expected a symbol without spaces'),
    ],
)
def test_a_bad_id_at_ncbi_is_refused(content: object, complaint: str) -> None:
    with pytest.raises(Invalid) as refusal:
        neutral.ncbi_ids(entries(content))
    assert complaint in str(refusal.value)


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ({"149": []}, 'id is "149", expected an id like “KE 142”'),
        ({"KE 149": {}}, "side.json, entry 'KE 149': AOPs is {}, expected a list"),
        ({"KE 149": [{"aop_id": "38", "aop_title": "A"}]}, 'aop_id is "38", expected an id like “AOP 142”'),
        ({"KE 149": [{"aop_id": "AOP 38"}]}, "aop_title is missing"),
        ({"KE 149": [{"aop_id": "AOP 38", "aop_title": "A", "role": "X"}]}, 'role is "X", expected one of MIE, KE, AO'),
    ],
)
def test_a_bad_aop_is_refused(content: object, complaint: str) -> None:
    with pytest.raises(Invalid) as refusal:
        neutral.memberships(entries(content))
    assert complaint in str(refusal.value)


def test_a_long_value_is_quoted_short() -> None:
    with pytest.raises(Invalid) as refusal:
        neutral.targets(lines({"id": "x" * 10_000, "title": "A"}), Source.GO)
    assert len(str(refusal.value)) < 250


@given(st.binary() | anything.map(lambda value: json.dumps(value).encode()))
def test_any_content_is_read_or_refused_in_words(content: bytes) -> None:
    file = File("any", content)
    for read in (neutral.key_events, neutral.gene_sets, neutral.ncbi_ids, neutral.memberships, neutral.relationships):
        try:
            read(file)
        except Invalid as refusal:
            assert str(refusal).startswith("any")


@given(st.fixed_dictionaries({}, optional=dict.fromkeys(("id", "title", "description", "synonyms", "tags"), anything)))
def test_any_row_is_read_or_refused_in_words(row: dict[str, object]) -> None:
    try:
        neutral.targets(lines(row), Source.GO)
    except Invalid as refusal:
        assert "row 1" in str(refusal)
