"""The files of the published result: `/exports/…`, streamed, named after the state of the data that they show."""

import sqlite3
from collections.abc import Iterator, Sequence
from functools import partial

from starlette.requests import Request
from starlette.responses import Response

from core import publish
from core.errors import NotFound
from core.model import GeneNames, Source
from core.publish import Asked, Export
from core.sources import SPECS
from core.store import published
from core.store.exports import Selection
from web import security
from web import selection as selections
from web.context import Site, site
from web.forms import Form
from web.streaming import entity_tag, not_modified, stream

OPEN = security.SHARED | {"Cache-Control": "public, no-cache"}
MOST_NAMED = 200
# The addresses of gene sets that the field's tools know.
GMT: dict[str, Source] = {spec.contract.gmt: source for source, spec in SPECS.items()}


async def export(request: Request) -> Response:
    """`GET /exports/{name}`: one of `publish.EXPORTS`, for the mappings that the fields of the address select.

    What is no mapping in force has no tier, gene or date to be selected by: there only the source may be asked for.
    """
    export, asked = publish.export(request.path_params["name"]), selections.sent(request)
    if export.all_decisions:
        selections.require_known(asked, ("source",))
    if export.genes is None:
        return await send(request, export, selections.read(asked))
    return await send(request, publish.by_names(export, _names(asked, export.genes)), _of_sets(asked))


async def gene_sets(request: Request) -> Response:
    """`GET /exports/gmt/{name}`: the pairs of one source as gene sets, under the name that the field knows."""
    name = request.path_params["name"]
    if name not in GMT:
        raise NotFound(f"There are no gene sets {name}; there are {', '.join(GMT)}.")
    asked = selections.sent(request)
    export = publish.by_names(publish.export("pairs.gmt"), _names(asked, GeneNames.SYMBOLS))
    return await send(request, export, _of_sets(asked, GMT[name]), export.name.replace("pairs", name))


async def send(request: Request, export: Export, selection: Selection, name: str = "") -> Response:
    """An export, or 304 for who has these very bytes; `name`: what the file is called beside its revision."""
    here = site(request)
    state = await here.database.read(published.revision)
    revision = publish.revision(export, state, here.warm)
    tag = publish.tag(export, selection, revision, here.settings.base_url)
    known = not_modified(request, tag, OPEN | {"X-Export-Revision": revision})
    if known is not None:
        return known
    make = partial(_make, here=here, export=export, selection=selection, name=name or _named(export, selection))
    return await stream(request, here.settings.database_path, here.streams, export.media, make)


def _make(
    db: sqlite3.Connection, here: Site, export: Export, selection: Selection, name: str
) -> tuple[dict[str, str], Iterator[bytes]]:
    """The headers and the pieces, from one state of the data, which may be newer than the one that was looked at."""
    revision = publish.revision(export, published.revision(db), here.warm)
    edition = publish.edition(db, here.settings.base_url, here.settings.data_license, revision)
    stem, _, ending = name.partition(".")
    part = "" if selections.is_whole(selection) else "-selection"
    headers = OPEN | {
        "ETag": entity_tag(publish.tag(export, selection, revision, here.settings.base_url)),
        "X-Export-Revision": revision,
        "X-Export-Sources": _ascii("; ".join(f"{of} {release}" for of, release in sorted(edition.sources.items()))),
        "Content-Disposition": f'attachment; filename="keyway_{stem}{part}_{revision}.{ending}"',
    }
    missing = publish.left_out(db, export, selection, MOST_NAMED + 1)
    if missing.targets:
        rest = f"{len(missing.targets) - MOST_NAMED} more"
        headers["X-Export-Left-Out"] = _listed([target.accession for target, _ in missing.targets], rest)
    if missing.genes:
        headers["X-Export-Genes-Left-Out"] = _listed(missing.genes, "more")
    return headers, export.write(db, Asked(selection, edition, here.warm))


def _named(export: Export, selection: Selection) -> str:
    """What a file is called, as in releases: that of one source has it before."""
    source = selection.filter.source
    return f"{source}-{export.name}" if source else export.name


def _names(asked: Form, default: GeneNames) -> GeneNames:
    """By which names genes are asked for."""
    return asked.choice("genes", GeneNames) if "genes" in asked else default


def _of_sets(asked: Form, source: Source | None = None) -> Selection:
    return selections.read(asked, source, also=("genes",))


def _listed(names: Sequence[str], rest: str) -> str:
    """Names as a header can hold them, and what is said of the rest."""
    more = [f"and {rest}"] if len(names) > MOST_NAMED else []
    return _ascii(", ".join([*names[:MOST_NAMED], *more]))


def _ascii(text: str) -> str:
    """A text as a header can hold it."""
    return text.encode("ascii", "replace").decode()
