"""A mapping's page: what is said of one pair, on what ground, and everything that was ever done to it."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from core import record
from core.model import Relation
from core.reckoning import reckon
from core.sources import AOP_WIKI, AOP_WIKI_LABEL, SPECS, spec
from web.context import site
from web.kept import until_the_next_commit
from web.pages.said import DID
from web.render import page

READS: dict[Relation, str] = {
    Relation.RELATED: "is related to",
    Relation.BROADER: "is broader than",
    Relation.NARROWER: "is narrower than",
    Relation.EQUIVALENT: "is equivalent to",
}
LABELS = {AOP_WIKI: AOP_WIKI_LABEL} | {each.source.value: each.label for each in SPECS.values()}


@until_the_next_commit
async def mapping(request: Request) -> Response:
    """`GET /mappings/{uuid}`; the uuid of any decision leads to the mapping that it belongs to."""
    uuid = str(request.path_params["uuid"])
    found = await site(request).database.read(record.read, uuid)
    if found.uuid != uuid:
        return RedirectResponse(f"/mappings/{found.uuid}", 303)
    claim = found.mapping.approved or found.mapping.claim
    return page(
        request,
        "mapping/page.html",
        record=found,
        key_event=found.key_event,
        target=found.target,
        mapping=found.mapping,
        claim=claim,
        pending=found.mapping.claim if found.mapping.approved else None,
        reckoning=reckon(claim.assessment) if claim and claim.assessment else None,
        spec=spec(found.target.source),
        address=f"{site(request).settings.base_url}/mappings/{found.uuid}",
        words=DID,
        reads=READS,
        labels=LABELS,
    )
