"""Which addresses a fetch asks, and which it never does."""

import pytest

from core.errors import OperatorError
from scripts.allowed import Allowed, Passing, resolved

NAMED = ("https://purl.example.org/obo/go-basic.obo", "http://127.0.0.1:8123/sparql")
PUBLIC = {"purl.example.org": ["93.184.216.34"], "files.example.org": ["93.184.216.35", "2606:2800:220:1::1"]}


def allowed(**hosts: list[str]) -> Allowed:
    return Allowed(NAMED, ("files.example.org",), lambda host: (PUBLIC | hosts)[host])


@pytest.mark.parametrize(
    ("url", "asked"),
    [
        (NAMED[0], NAMED[0]),
        (NAMED[1], NAMED[1]),
        ("http://127.0.0.1:8123/other?page=2", "http://127.0.0.1:8123/other?page=2"),
        ("https://files.example.org/a?b=c#d", "https://files.example.org/a?b=c"),
        ("http://files.example.org/a", "https://files.example.org/a"),
        ("https://FILES.example.org:443/a", "https://files.example.org/a"),
        ("http://purl.example.org/a", "https://purl.example.org/a"),
    ],
)
def test_what_is_named_or_listed_is_asked(url: str, asked: str) -> None:
    assert allowed().checked(url) == asked


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("https://elsewhere.example.org/a", "is on elsewhere.example.org, which is not listed"),
        ("https://files.example.org@elsewhere.example.org/a", "is on elsewhere.example.org"),
        ("https://files.example.org:8443/a", "is not https on a listed host"),
        ("ftp://files.example.org/a", "is not https on a listed host"),
        ("file:///etc/passwd", "is on no host"),
        ("", "is on no host"),
        ("http://127.0.0.1/sparql", "leads to the private address 127.0.0.1"),
        ("http://127.0.0.1:8124/sparql", "leads to the private address 127.0.0.1"),
        ("https://127.0.0.1:8123/sparql", "leads to the private address 127.0.0.1"),
        ("https://10.0.0.1/a", "leads to the private address 10.0.0.1"),
        ("http://169.254.169.254/latest/meta-data", "leads to the private address 169.254.169.254"),
        ("https://[::1]/a", "leads to the private address ::1"),
        ("https://[fd00::1]/a", "leads to the private address fd00::1"),
        ("https://[::ffff:10.0.0.1]/a", "leads to the private address"),
        ("https://93.184.216.34/a", "is not https on a listed host"),
        ("https://files.example.org:port/a", "is no address"),
        ("https://[files/a", "is no address"),
    ],
)
def test_anything_else_is_refused_with_the_reason(url: str, why: str) -> None:
    with pytest.raises(OperatorError) as refusal:
        allowed().checked(url)
    assert why in str(refusal.value)


@pytest.mark.parametrize("address", ["10.0.0.1", "192.168.1.1", "172.18.0.2", "127.0.0.1", "100.64.0.1", "fe80::1"])
def test_a_listed_host_on_a_private_address_is_refused(address: str) -> None:
    with pytest.raises(OperatorError, match=f"private address {address}"):
        allowed(**{"files.example.org": ["93.184.216.35", address]}).checked("https://files.example.org/a")


def test_a_host_that_is_nowhere_may_be_there_later() -> None:
    with pytest.raises(Passing, match="cannot be found"):
        resolved("nowhere.invalid")
