"""ORCID iDs, as people paste them."""

import hypothesis.strategies as st
import pytest
from hypothesis import given

from core import orcid
from core.errors import Invalid

KNOWN = ("0000-0002-1825-0097", "0000-0001-5109-3700", "0000-0002-1694-233X")
FIFTEEN = st.text("0123456789", min_size=15, max_size=15)


@pytest.mark.parametrize("id", KNOWN)
@pytest.mark.parametrize(
    "pasted", ["{}", " {} ", "https://orcid.org/{}", "http://orcid.org/{}/", "https://www.orcid.org/{}"]
)
def test_an_id_is_read_however_it_is_pasted(id: str, pasted: str) -> None:
    assert orcid.parse(pasted.format(id)) == id
    assert orcid.parse(pasted.format(id.lower())) == id
    assert orcid.parse(pasted.format(id.replace("-", ""))) == id


def test_an_empty_one_is_none() -> None:
    assert orcid.parse("  ") == ""


@pytest.mark.parametrize("text", ["0000-0002-1825", "orcid", "0000-0002-1825-00978", "٠٠٠٠-0002-1825-0097", "x" * 999])
def test_another_form_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(Invalid, match="expected four groups of four, like 0000-0002-1825-0097"):
        orcid.parse(text)


@given(FIFTEEN)
def test_the_last_sign_fits_what_it_was_made_from(digits: str) -> None:
    whole = digits + orcid.check_sign(digits)
    assert orcid.parse(whole).replace("-", "") == whole


@given(FIFTEEN, st.integers(0, 14), st.integers(1, 9))
def test_one_mistyped_digit_is_always_found(digits: str, place: int, by: int) -> None:
    wrong = digits[:place] + str((int(digits[place]) + by) % 10) + digits[place + 1 :]
    with pytest.raises(Invalid, match="is a digit mistyped"):
        orcid.parse(wrong + orcid.check_sign(digits))


@given(FIFTEEN, st.integers(0, 13))
def test_two_neighbours_that_changed_places_are_always_found(digits: str, place: int) -> None:
    swapped = digits[:place] + digits[place + 1] + digits[place] + digits[place + 2 :]
    if swapped != digits:
        with pytest.raises(Invalid, match="is a digit mistyped"):
            orcid.parse(swapped + orcid.check_sign(digits))
