"""A careful client: what a setting names is asked, over and over where it must be, and nothing else ever is."""

import re
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import TypeVar
from urllib.parse import urljoin

import httpx2
from tqdm import tqdm

from core.errors import OperatorError
from core.ingest.unpack import web_page
from scripts.allowed import Allowed, Passing

AGENT = "Keyway (fetch_sources)"
PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})
REDIRECTS = frozenset({301, 302, 303, 307, 308})
MOST_REDIRECTS = 5
MIB = 1024 * 1024
RANGE = re.compile(r"bytes (\d+)-\d+/(?:\d+|\*)")
T = TypeVar("T")
Progress = Callable[[int, int | None], None]  # bytes that are there, bytes there will be


class Beyond(Passing):
    """There is nothing at the place where a partial file ends: it is another file by now."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How long to go on. Waits double from `first_wait` to `longest_wait`; a server may say nothing for `silence`."""

    tries: int = 6
    first_wait: float = 1.0
    longest_wait: float = 120.0
    silence: float = 60.0
    seconds: float = 1800.0
    bytes: int = 512 * MIB


@dataclass(frozen=True, slots=True)
class Received:
    """What came: its size, and when its server says that it last changed, as that wrote it."""

    bytes: int
    changed: str = ""


def tell(message: str) -> None:
    """Say on stderr, above the progress bars, that it goes on."""
    tqdm.write(message, file=sys.stderr)


@dataclass(frozen=True, slots=True)
class Client:
    """Asks for what is `allowed`, as often as `limits` say."""

    allowed: Allowed
    http: httpx2.Client
    limits: Limits = Limits()
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic
    tell: Callable[[str], None] = tell

    def answer(self, address: str, params: dict[str, str], accept: str, check: Callable[[bytes], None]) -> bytes:
        """The answer of a service to a query. `check` raises Passing for one that is not as it must be."""

        def ask() -> bytes:
            deadline = self.clock() + self.limits.seconds
            with self._opened(address, {"Accept": accept}, params) as response:
                if "S1TAT" in response.headers.get("X-SQL-State", ""):
                    raise Passing("the service stopped half-way through")
                body = b"".join(self._blocks(response, response.iter_bytes(), 0, deadline))
            _refuse_page(body)
            check(body)
            return body

        return self._tried(address, ask)

    def download(self, address: str, path: Path, progress: Progress = lambda done, total: None) -> Received:
        """Bring a file to `path`. What came of it before, in `path.part`, is gone on with where the server can."""
        partial = path.with_name(f"{path.name}.part")

        def ask() -> Received:
            try:
                changed = self._append(address, partial, progress)
            except Beyond:
                _forget(partial)
                raise
            size = _kept(partial)
            partial.replace(path)
            _mark(partial).unlink(missing_ok=True)
            return Received(size, changed)

        return self._tried(address, ask)

    def _append(self, address: str, partial: Path, progress: Progress) -> str:
        """Go on with a partial file, or begin it. Returns when the server says that the file last changed."""
        there, validator = _begun(partial)
        headers = {"Range": f"bytes={there}-", "If-Range": validator} if there else {}
        deadline = self.clock() + self.limits.seconds
        with self._opened(address, headers | {"Accept-Encoding": "identity"}, {}) as response:
            resumed = there and response.status_code == 206 and _starts(response) == there
            if response.status_code == 206 and not resumed:
                _forget(partial)
                raise Passing("the server went on at another place")
            there = there if resumed else 0
            _mark(partial).write_text(_validator(response), "utf-8")
            total = _length(response, there)
            with partial.open("ab" if resumed else "wb") as file:
                for block in self._blocks(response, response.iter_raw(), there, deadline):
                    file.write(block)
                    progress(file.tell(), total)
            return response.headers.get("Last-Modified", "")

    def _blocks(self, response: httpx2.Response, body: Iterator[bytes], there: int, deadline: float) -> Iterator[bytes]:
        """The body, piece by piece, as long as neither bytes nor time run over."""
        for block in body:
            there += len(block)
            if there > self.limits.bytes:
                raise OperatorError(f"{response.url} has more than {self.limits.bytes // MIB:,} MiB: that is no source")
            if self.clock() > deadline:
                raise OperatorError(f"{response.url} took more than {self.limits.seconds:.0f} s; try again later")
            yield block

    @contextmanager
    def _opened(self, address: str, headers: dict[str, str], params: dict[str, str]) -> Iterator[httpx2.Response]:
        """The answer behind all redirects, each of them checked before it is followed."""
        url = str(httpx2.URL(address, params=params)) if params else address
        for _ in range(MOST_REDIRECTS + 1):
            url = self.allowed.checked(url)
            try:
                with self.http.stream("GET", url, headers=headers) as response:
                    if response.status_code not in REDIRECTS:
                        _judge(response)
                        yield response
                        return
                    url = urljoin(url, response.headers.get("Location", ""))
            except httpx2.TransportError as error:
                raise Passing(f"{type(error).__name__}: {error}") from error
        raise OperatorError(f"{address} redirects more than {MOST_REDIRECTS} times; check the setting that names it")

    def _tried(self, address: str, ask: Callable[[], T]) -> T:
        wait = self.limits.first_wait
        for left in reversed(range(self.limits.tries)):
            try:
                return ask()
            except Passing as fault:
                if not left:
                    raise OperatorError(
                        f"{address} could not be fetched in {self.limits.tries} tries: {fault}; try again later"
                    ) from fault
                pause = min(wait if fault.wait is None else fault.wait, self.limits.longest_wait)
                self.tell(f"{address}: {fault}; again in {pause:.0f} s")
                self.sleep(pause)
                wait *= 2
        raise AssertionError("unreachable")


@contextmanager
def client(allowed: Allowed, limits: Limits) -> Iterator[Client]:
    """A client that neither follows by itself nor goes through a proxy: every address is checked here."""
    with httpx2.Client(
        timeout=limits.silence, follow_redirects=False, trust_env=False, headers={"User-Agent": AGENT}
    ) as http:
        yield Client(allowed, http, limits)


def _judge(response: httpx2.Response) -> None:
    status = response.status_code
    if status in PASSING:
        raise Passing(f"it answered {status}", _retry_after(response))
    if status == 416:
        raise Beyond("the server does not have that much", 0.0)
    if status not in (200, 206):
        raise OperatorError(f"{response.url} answered {status}; check the setting that names it")


def _retry_after(response: httpx2.Response) -> float | None:
    said = response.headers.get("Retry-After", "")
    if said.isascii() and said.isdigit():
        return float(said)
    try:
        return max(0.0, parsedate_to_datetime(said).timestamp() - time.time())
    except (ValueError, TypeError):
        return None


def _refuse_page(body: bytes) -> None:
    title = web_page(body)
    if title is not None:
        raise Passing(f"it answered with a web page, “{title}”, in place of data")


def _kept(partial: Path) -> int:
    """The size of a file that came whole. Raises Passing, and forgets it, where it is empty or a web page."""
    try:
        with partial.open("rb") as file:
            _refuse_page(file.read(4096))
        if not (size := partial.stat().st_size):
            raise Passing("the answer is empty")
    except Passing:
        _forget(partial)
        raise
    return size


def _begun(partial: Path) -> tuple[int, str]:
    """How much there is of a file, and what told its version; 0 where it cannot be gone on with."""
    try:
        validator = _mark(partial).read_text("utf-8")
        return (partial.stat().st_size, validator) if validator else (0, "")
    except OSError:
        return 0, ""


def _mark(partial: Path) -> Path:
    return partial.with_name(f"{partial.name}.version")


def _forget(partial: Path) -> None:
    partial.unlink(missing_ok=True)
    _mark(partial).unlink(missing_ok=True)


def _validator(response: httpx2.Response) -> str:
    """What tells this version of the file from others, if anything does; a weak tag cannot be gone on with."""
    tag = str(response.headers.get("ETag", ""))
    return tag if tag and not tag.startswith("W/") else str(response.headers.get("Last-Modified", ""))


def _starts(response: httpx2.Response) -> int | None:
    match = RANGE.fullmatch(response.headers.get("Content-Range", ""))
    return int(match[1]) if match else None


def _length(response: httpx2.Response, there: int) -> int | None:
    said = response.headers.get("Content-Length", "")
    return there + int(said) if said.isascii() and said.isdigit() else None
