"""What people send, read strictly."""

from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Invalid
from core.model import Act, Source
from web.forms import MOST_FIELDS, Form, parse

FIELDS = st.dictionaries(st.text(min_size=1, max_size=20), st.text(max_size=200), max_size=MOST_FIELDS)


def sent(**fields: str) -> Form:
    """A form with these fields."""
    return Form({name: (value,) for name, value in fields.items()})


@given(FIELDS)
def test_what_a_browser_sends_is_what_is_read(fields: dict[str, str]) -> None:
    read = parse(urlencode(fields).encode(), MOST_FIELDS)
    assert read.fields == {name: (value,) for name, value in fields.items()}


@given(st.binary(max_size=500))
def test_no_bytes_break_the_reader(body: bytes) -> None:
    try:
        form = parse(body, MOST_FIELDS)
    except Invalid:
        return
    for name in form.fields:
        try:
            form.text(name, max=100, default="")
            form.integer(name, default=1)
        except Invalid as refused:
            assert refused.field == name


@given(st.text(max_size=300))
def test_a_text_is_taken_whole_or_refused_by_name(value: str) -> None:
    try:
        read = sent(note=value).text("note", max=100, default="")
    except Invalid as refused:
        assert refused.field == "note"
        assert "note" in str(refused)
    else:
        assert len(read) <= 100
        assert read == value.replace("\r\n", "\n").strip()


def test_line_ends_of_browsers_are_line_ends() -> None:
    assert sent(note="one\r\ntwo\r\n").text("note", max=100) == "one\ntwo"


@pytest.mark.parametrize("sign", ["\x00", "\x1b", "\x7f", "\x85", "\u202e", "\u202d", "\ufffe"])
def test_a_sign_that_steers_is_named_wherever_it_stands(sign: str) -> None:
    """A note that turns around what is shown behind it is no note: U+202E makes “not” of “ton”."""
    for value in (f"one{sign}two", f"{sign}one", f"one{sign}"):
        with pytest.raises(Invalid, match=rf"note has a control character, U\+{ord(sign):04X}; send plain text"):
            sent(note=value).text("note", max=100)


def test_every_language_is_plain_text() -> None:
    for value in ("שלום", "नमस्ते", "e\u0301", "\U0001f9ea", "a\u200bb", "TNF-α", "one\ttwo\nthree"):
        assert sent(note=value).text("note", max=100) == value


def test_a_missing_field_is_named() -> None:
    with pytest.raises(Invalid, match="note is missing"):
        sent().text("note", max=10)


def test_a_field_sent_twice_is_refused() -> None:
    with pytest.raises(Invalid, match="note was sent 2 times"):
        Form({"note": ("a", "b")}).text("note", max=10)


def test_a_long_text_is_refused_with_its_length() -> None:
    with pytest.raises(Invalid, match="note has 5,000 characters; at most 4,000"):
        sent(note="x" * 5000).text("note", max=4000)


@pytest.mark.parametrize("value", ["-1", "1.5", "1e3", " ", "٣", "99999999999999999999", "0x1", "1_000"])
def test_what_is_no_whole_number_is_refused(value: str) -> None:
    with pytest.raises(Invalid, match="version"):
        sent(version=value).integer("version")


def test_a_whole_number_is_read() -> None:
    assert sent(version="12").integer("version") == 12
    assert sent().integer("page", default=1) == 1
    with pytest.raises(Invalid, match="from 1 to 9"):
        sent(page="10").integer("page", least=1, most=9)


def test_an_unknown_choice_says_what_there_is() -> None:
    assert sent(act="ask-back").choice("act", Act) is Act.ASK_BACK
    with pytest.raises(Invalid, match="source is 'kegg', expected one of: wikipathways, go, reactome"):
        sent(source="kegg").choice("source", Source)
    assert sent(source="").choice_or_none("source", Source) is None


def test_text_that_is_not_utf8_is_refused() -> None:
    with pytest.raises(Invalid, match="UTF-8"):
        parse(b"note=%ff", MOST_FIELDS)
