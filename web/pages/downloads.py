"""Downloads: every file of the published result, what each is good for, and how to read it. For everybody."""

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from starlette.requests import Request
from starlette.responses import Response

from core import facts as journey
from core import publish
from core.export import sssom
from core.facts import Facts
from core.model import GeneNames, Source
from core.publish import EXPORTS, Asked, Export
from core.sources import AOP_WIKI, AOP_WIKI_LABEL, SPECS
from core.store import connection, exports, genes, published, releases
from core.store.exports import Selection
from core.store.releases import Release
from core.store.snapshots import in_force
from web import selection as selections
from web.context import Site, site
from web.forms import SHOWN, query
from web.kept import until_the_next_commit
from web.paging import address
from web.render import page
from web.render import partial as piece

PATH = "/downloads"
# Up to so many mappings a file's facts are found out as soon as it is seen; beyond, when somebody asks.
FEW = 20_000
NO_IDS = "Empty as long as the catalogue has no ids of NCBI Gene; they come with a fetched WikiPathways."
GROUPS: dict[str, dict[str, str]] = {
    "Tables": {
        "mappings.csv": "One row a mapping, for R, Python and anything that reads tables.",
        "mappings.tsv": "The same with tabs.",
        "mappings.xlsx": "The same for a spreadsheet. Every cell is a text or a number, never a formula.",
        "mappings.json": "Each mapping as the API has it, with its assessment and provenance.",
        "mappings.jsonl": "The same, one mapping a line.",
    },
    "Gene sets": {
        "key-events.gmt": "For enrichment by Key Event: the genes of all targets that it is mapped to.",
        "pairs.gmt": "For enrichment by target: the genes of one target, under the names of both.",
        "key-events-ncbi.gmt": "By Key Event, for lists of ENTREZ ids: what clusterProfiler takes most readily.",
        "pairs-ncbi.gmt": "By target, for lists of ENTREZ ids.",
    },
    "Linked data": {
        "positive.sssom.tsv": "For exchange with other mapping sets: who, when, on what ground, how sure.",
        "negative.sssom.tsv": "What was judged and found wrong, so that nobody has to judge it twice.",
        "no-target.sssom.tsv": "Key Events for which a source has nothing, as curators found.",
        "candidates.sssom.tsv": "The ten best suggestions a Key Event and source that nobody has judged.",
        "mappings.ttl": "For SPARQL: a triple a mapping, and who said so and when.",
    },
}


@dataclass(frozen=True, slots=True)
class File:
    """One file: where it is, where its facts are, and the facts if they were asked for. `at_once`: they are found out
    as soon as the file is seen."""

    export: Export
    purpose: str
    address: str
    facts_address: str
    opened: str
    at_once: bool
    facts: Facts | None = None


@dataclass(frozen=True, slots=True)
class Offer:
    """What there is to download, read in one transaction; `ids`: the catalogue has ids of NCBI Gene."""

    revision: str
    mappings: int
    release: Release | None
    sources: Mapping[str, str]
    ids: bool


@until_the_next_commit
async def show(request: Request) -> Response:
    """`GET /downloads`: the files for the mappings that the address selects; `open` names one whose facts to tell."""
    asked, here = query(request), site(request)
    selection = selections.read(asked, also=("open",))
    fields = selections.fields(selection)
    offer = await here.database.read(_offer, selection)
    opened = asked.text("open", max=SHOWN, default="")
    told = {opened: await _facts(here, publish.export(opened), selection)} if opened else {}
    return page(
        request,
        "downloads/page.html",
        offer=offer,
        home=here.settings.base_url,
        labels={AOP_WIKI: AOP_WIKI_LABEL} | {source: spec.label for source, spec in SPECS.items()},
        licence=here.settings.data_license,
        licence_url=sssom.licence_iri(here.settings.data_license),
        selection=selection,
        narrowed=not selections.is_whole(selection),
        explore=address("/explore", {name: value for name, value in fields.items() if name not in selections.MORE}),
        everything=address(PATH, {"source": fields["source"]}),
        tabs={source: address(PATH, fields | {"source": source or ""}) for source in (None, *Source)},
        groups=[(title, [_file(name, purpose, fields, offer, told.get(name)) for name, purpose in files.items()])
                for title, files in GROUPS.items()],
        at={name: here.settings.base_url + address(f"/exports/{name}", _known(export, fields))
            for name, export in EXPORTS.items()},
    )  # fmt: skip


async def facts(request: Request) -> Response:
    """`GET /downloads/{name}/facts`: size, checksum and first lines of one file, as it is now."""
    asked, name = query(request), request.path_params["name"]
    found = await _facts(site(request), publish.export(name), selections.read(asked))
    return piece(request, "downloads/_facts.html", name=name, facts=found)


async def _facts(here: Site, export: Export, selection: Selection) -> Facts:
    state = await here.database.read(published.revision)
    tag = publish.tag(export, selection, publish.revision(export, state, here.warm), here.settings.base_url)
    return await here.known.of(tag, partial(_find, here, export, selection))


def _find(here: Site, export: Export, selection: Selection) -> Facts:
    with connection.reader(here.settings.database_path) as db, connection.snapshot(db):
        version = publish.revision(export, published.revision(db), here.warm)
        edition = publish.edition(db, here.settings.base_url, here.settings.data_license, version)
        return journey.facts(db, export, Asked(selection, edition, here.warm))


def _offer(db: sqlite3.Connection, selection: Selection) -> Offer:
    return Offer(
        revision=str(published.revision(db)),
        mappings=exports.count(db, selection),
        release=releases.latest(db),
        sources={of: snapshot.release for of, snapshot in in_force(db).items()},
        ids=genes.has_ncbi(db),
    )


def _file(name: str, purpose: str, fields: dict[str, str], offer: Offer, found: Facts | None) -> File:
    export = EXPORTS[name]
    if export.genes is GeneNames.NCBI and not offer.ids:
        purpose = f"{purpose} {NO_IDS}"
    return File(
        export,
        purpose,
        address(f"/exports/{name}", _known(export, fields)),
        address(f"{PATH}/{name}/facts", _known(export, fields)),
        f"{address(PATH, fields | {'open': name})}#{name}",
        at_once=offer.mappings <= FEW and not export.suggests,
        facts=found,
    )


def _known(export: Export, fields: dict[str, str]) -> dict[str, str]:
    """The fields that a file knows: what is no mapping in force is selected by its source alone."""
    return {"source": fields["source"]} if export.all_decisions else fields
