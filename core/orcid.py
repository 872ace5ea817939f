"""ORCID iDs as people paste them: sixteen signs, the last of which checks the others (ISO 7064, MOD 11-2)."""

import re

from core.errors import Invalid

FORM = re.compile(r"(?:https?://(?:www\.)?orcid\.org/)?(\d{4})-?(\d{4})-?(\d{4})-?(\d{3}[\dX])/?", re.ASCII)
PAGE = "https://orcid.org/{}"
EXAMPLE = "0000-0002-1825-0097"


def parse(text: str) -> str:
    """The iD in its written form, `0000-0002-1825-0097`, from an iD or its address; empty for an empty text.

    Raises Invalid where it has another form, or its last sign does not check the others: a digit is mistyped.
    """
    wanted = text.strip()
    if not wanted:
        return ""
    match = FORM.fullmatch(wanted.replace("x", "X"))
    if match is None:
        raise Invalid(f"orcid is “{wanted[:80]}”, expected four groups of four, like {EXAMPLE}.", "orcid")
    found = "-".join(match.groups())
    if check_sign(found[:-1]) != found[-1]:
        raise Invalid(f"orcid is {found}, whose last sign does not fit the others: is a digit mistyped?", "orcid")
    return found


def check_sign(digits: str) -> str:
    """The last sign of an iD that begins with these digits; what is no digit is passed over."""
    total = 0
    for digit in digits:
        if digit.isdigit():
            total = (total + int(digit)) * 2
    rest = (12 - total % 11) % 11
    return "X" if rest == 10 else str(rest)
