"""A door: one route with the role it asks for. Whatever comes in is looked at here, before any endpoint runs."""

import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from enum import Enum

from starlette.convertors import Convertor, register_url_convertor
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from core.errors import Forbidden, Invalid, OperatorError, TooLarge
from core.model import Person, Role
from web import security
from web.context import signed_in, site, visitor

KIB = 1024
LARGEST_BODY = 64 * KIB
READ_AWAY = 1024 * KIB  # what is refused is read to here: a proxy that cannot send the rest makes a 502 of the answer
REFUSED = 400
LENGTH = re.compile(r"[0-9]{1,18}")
Endpoint = Callable[[Request], Awaitable[Response]]


class Access(Enum):
    """Who may come in without a role."""

    READER = "reader"
    SIGNED_IN = "signed in"


READER, SIGNED_IN = Access.READER, Access.SIGNED_IN


@dataclass(frozen=True, slots=True)
class Door:
    """A path and what answers there. `role` has no default: a door that forgot to say who may enter is no door.

    `partial` says that the answer, an error too, is a piece of a page and not a page; `writes`, that what comes in here
    is counted as a write whatever its method; `always`, that it is answered however much somebody has written before:
    nobody is kept from taking away what lets them, or a thief, in.
    """

    path: str
    endpoint: Endpoint
    role: Role | Access
    methods: tuple[str, ...] = ("GET",)
    name: str | None = None
    partial: bool = False
    largest_body: int = LARGEST_BODY
    writes: bool = False
    always: bool = False

    async def enter(self, request: Request) -> Response:
        """Answer the request if it may come in. Raises Forbidden, SignedOut, TooLarge or TooMany if it may
        not."""
        request.state.partial, request.state.door = self.partial, self.path
        unsafe = request.method not in security.SAFE_METHODS
        if unsafe:
            await self._check_sent(request)
        if self.role is not READER:
            person = signed_in(request)
            if isinstance(self.role, Role) and not person.may(self.role):
                raise Forbidden(f"This takes the role {self.role.word}; yours is {_role(person)}.")
        counted = (unsafe or self.writes) and not self.always
        return await (self._paced(request) if counted else self.endpoint(request))

    async def _paced(self, request: Request) -> Response:
        """Answer a write, unless this visitor writes too fast; only what is accepted counts."""
        pace, who = site(request).pace, visitor(request)
        pace.refuse_fast(request, who)
        answer = await self.endpoint(request)
        if answer.status_code < REFUSED:
            pace.note(request, who)
        return answer

    async def _check_sent(self, request: Request) -> None:
        base_url = site(request).settings.base_url
        by_cookie = not request.url.path.startswith(security.API)
        if by_cookie and not security.same_origin(request.headers, base_url):
            raise Forbidden(f"This was not sent from a page of {base_url}. Open the page there and do it again.")
        declared = request.headers.get("content-length", "0")
        if not LENGTH.fullmatch(declared):
            raise Invalid(f"Content-Length is {declared[:20]!r}, expected a number of bytes.", "Content-Length")
        if int(declared) > self.largest_body:
            if int(declared) <= READ_AWAY:
                async for _ in request.stream():
                    pass
            raise TooLarge(f"{int(declared):,} bytes are too many; at most {self.largest_body:,} are taken.")

    @property
    def route(self) -> Route:
        """This door as Starlette knows it."""
        return Route(self.path, self.enter, methods=self.methods, name=self.name or self.endpoint.__name__)


def _role(person: Person) -> str:
    return person.role.word if person.role else "none yet"


class NumberConvertor(Convertor[int]):
    """`{id:number}`: an id that a database can hold. Anything longer is no page, rather than an overflow."""

    regex = "[0-9]{1,9}"

    def convert(self, value: str) -> int:
        return int(value)

    def to_string(self, value: int) -> str:
        return str(value)


register_url_convertor("number", NumberConvertor())


def routes(doors: Sequence[object]) -> list[Route]:
    """The doors as routes, in order. Raises OperatorError for anything that does not say who may come in."""
    for door in doors:
        if not isinstance(door, Door) or not isinstance(door.role, Role | Access):
            raise OperatorError(f"{door!r} is not a Door with a role; every route says who may come in")
    return [door.route for door in doors if isinstance(door, Door)]
