"""Curators at work: each a coroutine on a connection of its own, which costs little more than what it sends and reads.

In a house the browsers are on other machines. Here they share the server's cores, so what plays them must be cheap.
"""

import asyncio
import gzip
import random
import re
import time
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode, urlsplit

from core.instruments import current
from core.model import Act, TargetKey
from core.sources import spec
from tests.faults.load import Press

READING_S, THINKING_S = (2.0, 4.0), (1.0, 3.0)
JUDGED = (3, 8)
ACTS, SHARES = (Act.REJECT, Act.PROPOSE, Act.UNSURE), (5, 4, 1)
ELSEWHERE = ("/queue", "/explore", "/me", "/search?q=oxidative+stress", "/aops")
ROW = re.compile(
    r'<tr id="row-[^>]* data-pair="([^"]+)" data-state="([^"]+)".*?'
    r'name="base_version" value="(\d+)"',
    re.DOTALL,
)
AGAIN_S, MOST_IN_A_ROW = 0.05, 200


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server said."""

    status: int
    text: str


@dataclass
class Line:
    """A browser's connection: kept open, and opened again where the server has closed it."""

    base_url: str
    cookie: str
    ends: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, method: str, path: str, fields: Mapping[str, str] | None, *, partial: bool) -> Answer:
        """Send, and read all of the answer. Raises OSError or EOFError where a killed worker took it along."""
        if self.ends and (self.ends[0].at_eof() or self.ends[0].exception()):
            self.close()
        try:
            if self.ends is None:
                where = urlsplit(self.base_url)
                self.ends = await asyncio.open_connection(where.hostname, where.port)
            reader, writer = self.ends
            writer.write(self._request(method, path, urlencode(fields or {}).encode(), partial=partial))
            status, headers = _head(await reader.readuntil(b"\r\n\r\n"))
            body = await reader.readexactly(int(headers["content-length"]))
        except (OSError, EOFError):
            self.close()
            raise
        if headers.get("connection") == "close":
            self.close()
        packed = headers.get("content-encoding") == "gzip"
        return Answer(status, (gzip.decompress(body) if packed else body).decode())

    def close(self) -> None:
        """Hang up."""
        if self.ends is not None:
            self.ends[1].close()
        self.ends = None

    def _request(self, method: str, path: str, body: bytes, *, partial: bool) -> bytes:
        lines = [
            f"{method} {path} HTTP/1.1",
            f"Host: {urlsplit(self.base_url).netloc}",
            f"Origin: {self.base_url}",
            f"Cookie: {self.cookie}",
            "Accept-Encoding: gzip",
            *(["HX-Request: true"] if partial else []),
            *([f"Content-Length: {len(body)}", "Content-Type: application/x-www-form-urlencoded"] if body else []),
        ]
        return "\r\n".join([*lines, "", ""]).encode() + body


def _head(raw: bytes) -> tuple[int, dict[str, str]]:
    first, *lines = raw.decode("latin-1").split("\r\n")
    headers = dict(line.lower().split(": ", 1) for line in lines if line)
    return int(first.split(" ", 2)[1]), headers


@dataclass(frozen=True, slots=True)
class Row:
    """A row as its form has it."""

    target: TargetKey
    state: str
    version: int


@dataclass
class Curator:
    """Somebody who opens a Key Event of theirs, reads it, judges several of its open rows, and goes on to the next."""

    line: Line
    key_events: Iterable[int]
    chance: random.Random
    pages: list[float] = field(default_factory=list)
    decisions: list[float] = field(default_factory=list)
    presses: list[Press] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    cut: int = 0

    async def work(self, over: asyncio.Event) -> None:
        """Until it is over, or there is no Key Event left."""
        await self._pause(0, READING_S[1])  # people do not begin at one stroke
        for key_event in self.key_events:
            rows = await self._open(key_event)
            await self._pause(*READING_S)
            for row in self._chosen(rows):
                if over.is_set():
                    break
                await self._judge(key_event, row, noted=row.state != "open")
                await self._pause(*THINKING_S)
            if over.is_set():
                break
            if self.chance.random() < 0.5:
                await self._timed(self.pages, "GET", self.chance.choice(ELSEWHERE))
        self.line.close()

    async def _open(self, key_event: int) -> list[Row]:
        """The page, and then what its script asks for."""
        page = await self._timed(self.pages, "GET", f"/key-events/{key_event}")
        await self._timed(self.pages, "GET", f"/key-events/{key_event}/table/details", partial=True)
        return [Row(TargetKey.parse(pair), state, int(version)) for pair, state, version in ROW.findall(page.text)]

    def _chosen(self, rows: Collection[Row]) -> list[Row]:
        """Some of the open rows, from the top; where all have been judged, some others, to note something on them."""
        many = self.chance.randint(*JUDGED)
        left = [row for row in rows if row.state == "open"]
        return left[:many] or self.chance.sample(list(rows), min(many, len(rows)))

    async def _judge(self, key_event: int, row: Row, *, noted: bool) -> None:
        """One press; where it accepts, the answers to the questions, too."""
        act = Act.ANNOTATE if noted else self.chance.choices(ACTS, SHARES)[0]
        said = {"note": f"a note on {row.target}"} if noted else {}
        await self._press(key_event, row, row.version, {"act": act, **said})
        if act is Act.PROPOSE:
            await self._pause(*THINKING_S)
            asked = current(spec(row.target.source).instrument).questions
            answers = {f"answer.{question.word}": question.answers[0].word for question in asked}
            await self._press(key_event, row, row.version + 1, {"act": Act.ASSESS, **answers})

    async def _press(self, key_event: int, row: Row, version: int, said: Mapping[str, str]) -> None:
        press = Press(f"{key_event}/{row.target}/{version}", said.get("note", ""))
        self.presses.append(press)
        fields = {"target": str(row.target), "base_version": str(version), "key": press.key, **said}
        where = f"/key-events/{key_event}/table/decisions"
        press.acknowledged = (await self._timed(self.decisions, "POST", where, fields, partial=True)).status == 200

    async def _timed(
        self, into: list[float], method: str, path: str, fields: Mapping[str, str] | None = None, *,
        partial: bool = False,
    ) -> Answer:  # fmt: skip
        """Ask until there is an answer, and keep how long the last time took; the same form is sent with the same key.

        Raises ConnectionError where nobody answers any more.
        """
        for _ in range(MOST_IN_A_ROW):
            begun = time.perf_counter()
            try:
                answer = await self.line.ask(method, path, fields, partial=partial)
            except (OSError, EOFError):
                self.cut += 1
                await asyncio.sleep(AGAIN_S)
                continue
            into.append(time.perf_counter() - begun)
            if answer.status != 200:
                self.faults.append(f"{method} {path}: {answer.status}")
            return answer
        raise ConnectionError(f"nobody answers {method} {path}")

    async def _pause(self, least_s: float, most_s: float) -> None:
        await asyncio.sleep(self.chance.uniform(least_s, most_s))
