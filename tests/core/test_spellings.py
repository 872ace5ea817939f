"""One word is found however it is written, and a gene by the name that everybody gives it."""

import pytest

from core import spellings
from core.store import search
from tests.core.store.test_search import matches


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("TGF-beta", "Activation of TGF-β signaling"),
        ("TGFβ", "TGF-beta pathway"),
        ("tgf beta", "TGFbeta in matrix"),
        ("TGF-beta1", "TGF-beta 1 rises"),
        ("TGF-β", "Latent transforming growth factor beta"),
        ("transforming growth factor beta", "TGF-β rises"),
        ("PPAR alpha", "Reduced, PPARalpha"),
        ("PPARα", "PPARA activates"),
        ("ER alpha", "Estrogen receptor alpha inactivation"),
        ("β-catenin", "beta-catenin activation"),
        ("beta-catenin", "Loss of β-catenin"),
        ("NF-kB", "NF-kappaB signaling"),
        ("nf-kappab", "Inhibition of NF-κB"),
        ("NFkB", "NF kB is activated"),
        ("IL 6", "Interleukin-6 production"),
        ("interleukin 6", "IL6 family"),
        ("IL-1beta", "IL-1β is released"),
        ("IL1β", "IL-1beta is released"),
        ("interferon gamma", "IFNγ signaling"),
        ("IFN-γ", "interferon-gamma production"),
        ("caspase 3", "CASP3 is cleaved"),
    ],
)
def test_greek_letters_and_numbers_are_written_as_one_likes(text: str, title: str) -> None:
    assert matches(text, title)


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("skin sensitization", "sensitisation, skin"),
        ("skin sensitisation", "Skin sensitization"),
        ("oestrogen", "Response to estrogen"),
        ("estrogen", "Oestrogen rises"),
        ("haemolysis", "hemolysis"),
        ("hemolysis", "haemolysis"),
        ("ischaemia", "renal ischemia"),
        ("ischemic", "ischaemic heart"),
        ("tumour", "tumor growth"),
        ("mitochondria", "mitochondrion organization"),
    ],
)
def test_british_american_and_latin_endings_are_the_same(text: str, title: str) -> None:
    assert matches(text, title)


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("ER stress", "response to endoplasmic reticulum stress"),
        ("ER agonism", "Agonism, Estrogen receptor"),
        ("aryl hydrocarbon receptor", "Activation, AhR"),
        ("Aryl-hydrocarbon receptor activation", "Activation, AhR"),
        ("AhR", "aryl hydrocarbon receptor pathway"),
        ("glutathione depletion", "Depletion, GSH"),
        ("tumour necrosis factor", "TNF rises"),
        ("thyroid peroxidase", "TPO inhibition"),
    ],
)
def test_a_name_is_found_long_and_short(text: str, title: str) -> None:
    assert matches(text, title)


@pytest.mark.parametrize(
    ("text", "title"),
    [("ER alpha", "ERAD pathway"), ("estrogen receptor", "ER stress"), ("androgen receptor", "arrest of growth")],
)
def test_what_only_begins_like_a_short_name_is_something_else(text: str, title: str) -> None:
    assert not matches(text, title)


@pytest.mark.parametrize(
    ("text", "symbol"),
    [
        ("COX-2", "ptgs2"),
        ("Nrf2", "nfe2l2"),
        ("TNF alpha", "tnf"),
        ("TNF-α", "tnf"),
        ("β-catenin", "ctnnb1"),
        ("beta-catenin", "ctnnb1"),
        ("p21", "cdkn1a"),
        ("IL-1β", "il1b"),
        ("interferon gamma", "ifng"),
        ("caspase-3", "casp3"),
        ("PPARα", "ppara"),
        ("PGC-1α", "ppargc1a"),
        ("ER alpha", "esr1"),
        ("constitutive androstane receptor", "nr1i3"),
    ],
)
def test_a_gene_is_found_by_the_name_that_everybody_gives_it(text: str, symbol: str) -> None:
    (piece,) = search.pieces(text)
    assert symbol in spellings.symbols(piece.word)
