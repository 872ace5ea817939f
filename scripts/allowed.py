"""Which addresses a fetch may ask: what a setting names, and listed hosts over https that are no private addresses."""

import ipaddress
import socket
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

from core.errors import OperatorError

PORTS = {"http": 80, "https": 443}


class Passing(Exception):
    """What may be over in a moment: worth another try. `wait` is how long the server asks for, in seconds."""

    def __init__(self, message: str, wait: float | None = None) -> None:
        super().__init__(message)
        self.wait = wait


def resolved(host: str) -> list[str]:
    """The addresses of a host. Raises Passing where it cannot be found."""
    try:
        return sorted({str(found[4][0]) for found in socket.getaddrinfo(host, 443, type=socket.SOCK_STREAM)})
    except OSError as error:
        raise Passing(f"{host} cannot be found ({error})") from error


@dataclass(frozen=True, slots=True)
class Allowed:
    """`named` addresses are asked as they are: the operator wrote them. From there, https leads on to their hosts and
    to `hosts`. A name that resolves to another address between the check and the request gains nothing: https asks
    who answers."""

    named: tuple[str, ...]
    hosts: tuple[str, ...] = ()
    resolve: Callable[[str], list[str]] = resolved

    def checked(self, url: str) -> str:
        """The address to ask for `url`: http to a listed host becomes https. Raises OperatorError where it is refused,
        Passing where its host cannot be found."""
        try:
            if _origin(url) in map(_origin, self.named):
                return url
            scheme, host, port = _origin(url)
        except ValueError as error:
            raise OperatorError(f"{url} is no address ({error}): it is not followed") from error
        literal = _literal(host)
        if literal is None and host not in {*self.hosts, *(_origin(each)[1] for each in self.named)}:
            raise OperatorError(
                f"{url} is on {host or 'no host'}, which is not listed: it is not followed; SOURCE_HOSTS lists hosts"
            )
        for address in [literal] if literal else self.resolve(host):
            if not ipaddress.ip_address(address).is_global:
                raise OperatorError(f"{url} leads to the private address {address}: it is not followed")
        if literal or scheme not in PORTS or port not in PORTS.values():
            raise OperatorError(f"{url} is not https on a listed host: it is not followed")
        parts = urlsplit(url)
        return urlunsplit(("https", host, parts.path, parts.query, ""))


def _origin(url: str) -> tuple[str, str, int]:
    """Scheme, host and port. Raises ValueError where the port is none."""
    parts = urlsplit(url)
    return parts.scheme, (parts.hostname or "").lower(), parts.port or PORTS.get(parts.scheme, 0)


def _literal(host: str) -> str | None:
    """The address that a host is written as; None for a name."""
    try:
        return str(ipaddress.ip_address(host))
    except ValueError:
        return None
