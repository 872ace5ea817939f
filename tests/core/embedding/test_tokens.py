"""Texts as words and pieces: here, and as the tokenizers library reads the same rule."""

from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer

from core.embedding import layout, tokens

VOCABULARY = {name: number for number, name in enumerate(["[UNK]", "tnf", "alpha", "tox", "in", "##ox", "##ic", "p53"])}


def test_greek_letters_are_words() -> None:
    assert tokens.words("TNFα / IFN-γ") == ["tnf", "alpha", "ifn", "gamma"]


def test_width_case_and_hyphens_make_no_difference() -> None:
    assert tokens.words("NF-κB") == tokens.words("ｎｆ κb") == ["nf", "kappa", "b"]


def test_a_known_word_is_one_token_and_an_unknown_one_is_read_in_pieces() -> None:
    assert tokens.token_ids("TNFα toxic", VOCABULARY) == [1, 2, 3, 6]


def test_what_cannot_be_covered_is_unknown() -> None:
    assert tokens.token_ids("toxins", VOCABULARY) == [0]
    assert tokens.token_ids("酸化", VOCABULARY) == [0]


def test_a_word_that_never_ends_is_unknown() -> None:
    assert tokens.token_ids("tox" + "ox" * 50_000, VOCABULARY) == [0]


def test_no_text_has_no_words() -> None:
    assert tokens.words(" …?! \u200b") == []


@given(st.text(max_size=200))
def test_words_have_no_blank_and_no_capital(text: str) -> None:
    for word in tokens.words(text):
        assert word and word == word.strip() and tokens.words(word) == [word]


@given(st.text(alphabet=st.characters(codec="latin-1") | st.sampled_from("αβγΔΩµ−–—…ﬁ①Ⅳ酸化 \n\t"), max_size=200))
def test_the_tokenizers_library_reads_the_same(text: str) -> None:
    words = tokens.words(text)
    vocabulary = {name: number for number, name in enumerate(dict.fromkeys(["[UNK]", *words[::2], "a", "##b"]))}
    library = Tokenizer.from_str(layout.tokenizer_json(vocabulary))
    assert library.encode(text, add_special_tokens=False).ids == tokens.token_ids(text, vocabulary)
