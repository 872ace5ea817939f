"""What the value of a setting may be: each check takes its name and its text, and gives the value, or raises
OperatorError with the name of the setting, what was found and what was expected.
"""

import re
from collections.abc import Callable
from datetime import timedelta
from ipaddress import ip_address, ip_network
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from core.errors import OperatorError

LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})
TIME_OF_DAY = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]|")
DURATION = re.compile(r"[1-9][0-9]{0,5}[smhd]")
Check = Callable[[str, str], object]
UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


def is_loopback(url: str) -> bool:
    """Whether the host of `url` is this machine."""
    host = urlsplit(url).hostname or ""
    if host in LOOPBACK_NAMES:
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def text(name: str, value: str) -> str:
    """Any text."""
    del name
    return value


def path(name: str, value: str) -> Path:
    """A file or a folder, which need not be there."""
    del name
    return Path(value)


def number(least: int, most: int) -> Check:
    """A whole number from `least` to `most`."""

    def check(name: str, value: str) -> int:
        if not value.isascii() or not value.isdigit() or not least <= int(value) <= most:
            raise OperatorError(f"{name} is {value!r}, expected a whole number from {least} to {most}")
        return int(value)

    return check


def one_of(*allowed: str) -> Check:
    """One of these words."""

    def check(name: str, value: str) -> str:
        if value not in allowed:
            raise OperatorError(f"{name} is {value!r}, expected one of: {', '.join(allowed)}")
        return value

    return check


def time_of_day(name: str, value: str) -> str:
    """A time like 02:00, or nothing."""
    return _matching(name, value, TIME_OF_DAY, "a time of day like 02:00, or nothing")


def duration(name: str, value: str) -> timedelta:
    """A length of time: `26h`."""
    _matching(name, value, DURATION, "a number with s, m, h or d behind it, like 26h")
    return timedelta(**{UNITS[value[-1]]: int(value[:-1])})


def url(name: str, value: str) -> str:
    """The address of a site as browsers write it: in small letters, without a path, a query or a slash at its end."""
    parts = _web(value) if value.isascii() else None
    if parts is None or parts.username is not None or parts.path:
        # The proxy of compose.yaml reads it too, and would take a slash for the one page that it serves.
        raise OperatorError(
            f"{name} is {value!r}, expected an address like https://keyway.example.org, with nothing behind the name"
        )
    return f"{parts.scheme}://{parts.netloc}".lower()


def address(name: str, value: str) -> str:
    """The address of anything, without a query."""
    if not _web(value):
        raise OperatorError(f"{name} is {value!r}, expected an address like https://sparql.example.org/sparql")
    return value


def listed(name: str, value: str) -> tuple[str, ...]:
    """The values between commas, without spaces and empty ones."""
    del name
    return tuple(part.strip() for part in value.split(",") if part.strip())


def hosts(name: str, value: str) -> tuple[str, ...]:
    """A list of names of machines, in small letters as addresses have them."""
    return listed(name, value.lower())


def networks(name: str, value: str) -> tuple[str, ...]:
    """A list of addresses of the internet protocol, or of its networks."""
    for each in listed(name, value):
        try:
            ip_network(each)
        except ValueError as error:
            raise OperatorError(f"{name} has {each!r}, expected addresses or networks like 172.18.0.0/16") from error
    return listed(name, value)


def printable(host: str) -> str:
    """A host as it stands in an address: IPv6 in brackets."""
    return f"[{host}]" if ":" in host else host


def _web(value: str) -> SplitResult | None:
    """An address of the web in its parts; None for anything else, and for one with a query."""
    try:
        parts = urlsplit(value)
        sound = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        return None
    return parts if sound and not parts.query and not parts.fragment else None


def _matching(name: str, value: str, form: re.Pattern[str], expected: str) -> str:
    if not form.fullmatch(value):
        raise OperatorError(f"{name} is {value!r}, expected {expected}")
    return value
