"""The sources on loopback: their own shapes, and every fault that a network brings."""

import json
import re
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from tests import servers, sources

ETAG = '"a version"'
Answer = Callable[[Request, bytes], Response]
TELLS = {  # what tells the queries of a service apart, first match first
    "aopwiki": {
        "has_key_event_relationship": "relationships",
        "data_1025": "genes",
        "has_adverse_outcome": "members",
        "AdverseOutcomePathway": "aops",
        "aopo:KeyEvent": "key-events",
    },
    "wikipathways": {
        "bdbEntrezGene": "ncbi",
        "bdbHgncSymbol": "genes",
        "pathwayOntologyTag": "tags",
        "dc:title": "pathways",
    },
}
PAGE = re.compile(r"ORDER BY \?.+\nLIMIT ([0-9]+) OFFSET ([0-9]+)$")


@dataclass
class SourceServer:
    """What it was asked, in order, and the faults that the next requests meet. `most_rows`: what one answer has."""

    asked: list[Request] = field(default_factory=list)
    faults: deque[Answer | None] = field(default_factory=deque)
    most_rows: int = 10_000
    base: str = ""

    @property
    def app(self) -> Starlette:
        """The server."""
        files = ["go/go-basic.obo", "go/goa_human.gaf.gz"]
        files += [f"reactome/{name}" for name in ("ReactomePathways.txt", "ReactomePathwaysRelation.txt")]
        files += ["reactome/ReactomePathways.gmt.zip", "reactome/pathway2summation.txt"]
        routes = [Route(f"/{of}", self._query) for of in TELLS] + [Route(f"/{name}", self._file) for name in files]
        return Starlette(routes=[*routes, Route("/purl", self._purl)])

    @property
    def settings(self) -> dict[str, str]:
        """The environment that names this server."""
        return {
            "AOPWIKI_SPARQL_URL": f"{self.base}/aopwiki",
            "WIKIPATHWAYS_SPARQL_URL": f"{self.base}/wikipathways",
            "GO_ONTOLOGY_URL": f"{self.base}/purl",
            "GO_ANNOTATIONS_URL": f"{self.base}/go/goa_human.gaf.gz",
            "REACTOME_DOWNLOAD_URL": f"{self.base}/reactome/",
        }

    def _faulty(self, request: Request, body: bytes) -> Response | None:
        self.asked.append(request)
        fault = self.faults.popleft() if self.faults else None
        return fault(request, body) if fault else None

    async def _purl(self, request: Request) -> Response:
        return RedirectResponse("/go/go-basic.obo", 302)

    async def _file(self, request: Request) -> Response:
        name = request.url.path.removeprefix("/")
        plain = sources.file(name.removesuffix(".gz").removesuffix(".zip"))
        pack = {"gz": sources.gzipped, "zip": sources.zipped}.get(name.rpartition(".")[2], lambda file: file)
        body = FILES.setdefault(name, pack(plain).content)
        return self._faulty(request, body) or ranged(request, body)

    async def _query(self, request: Request) -> Response:
        query = request.query_params["query"]
        of = request.url.path.removeprefix("/")
        part = next(part for tell, part in TELLS[of].items() if tell in query)
        match = PAGE.search(query)
        assert match, f"a query without pages: {query}"
        answer = json.loads(sources.file(f"{of}/{part}.json").content)
        limit, offset = int(match[1]), int(match[2])
        rows = answer["results"]["bindings"]
        answer["results"]["bindings"] = rows[offset : offset + min(limit, self.most_rows)]
        body = json.dumps(answer).encode()
        accepted = request.headers["accept"] == "application/sparql-results+json"
        return self._faulty(request, body) or Response(body if accepted else b"<html>", media_type="application/json")


FILES: dict[str, bytes] = {}  # packed once: what is asked for in pieces must be the same each time


def ranged(request: Request, body: bytes, etag: str = ETAG) -> Response:
    """A file as a server with ranges gives it."""
    headers = {"ETag": etag, "Last-Modified": "Fri, 13 Nov 2026 10:00:00 GMT"}
    wanted = re.fullmatch(r"bytes=(\d+)-", request.headers.get("range", ""))
    if wanted and request.headers.get("if-range") == etag:
        begin = int(wanted[1])
        if begin >= len(body):
            return Response(status_code=416, headers={"Content-Range": f"bytes */{len(body)}"})
        headers["Content-Range"] = f"bytes {begin}-{len(body) - 1}/{len(body)}"
        return Response(body[begin:], 206, headers)
    return Response(body, 200, headers)


# Faults -----------------------------------------------------------------------------------------------------------


def status(code: int, **headers: str) -> Answer:
    """An error, with headers."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda request, body: PlainTextResponse("no", code, named)


def page(request: Request, body: bytes) -> Response:
    """A web page with status 200."""
    return Response(sources.SAVED_PAGE, media_type="text/html")


def empty(request: Request, body: bytes) -> Response:
    """Nothing at all, with status 200."""
    return Response(b"")


def cut(request: Request, body: bytes) -> Response:
    """Half of the body, and then silence: the connection ends."""
    return Response(body[: len(body) // 2], headers={"Content-Length": str(len(body)), "ETag": ETAG})


def clipped(request: Request, body: bytes) -> Response:
    """Half of the body, said to be all of it."""
    return Response(body[: len(body) // 2])


def halfway(request: Request, body: bytes) -> Response:
    """What came until the service's own time was up."""
    return Response(body, headers={"X-SQL-State": "S1TAT"})


def leads_to(address: str) -> Answer:
    """A redirect."""
    return lambda request, body: RedirectResponse(address, 302)


@contextmanager
def serve() -> Iterator[SourceServer]:
    """The sources, served on loopback."""
    with servers.listen() as listening:
        server = SourceServer(base=servers.address(listening))
        with servers.serve((server.app, listening)):
            yield server
