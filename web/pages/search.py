"""Search: one box over Key Events, AOPs, genes and the targets of all sources, by name and by meaning."""

import re

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from core.model import Source, Target
from core.sources import SPECS
from core.store import found, targets
from core.store.hits import TargetHit
from web.context import Site, site
from web.forms import MOST_TEXT, query
from web.render import page

MOST = 12
ID_OF_AOP_WIKI = re.compile(r"(KE|AOP)\s*\d+", re.IGNORECASE)
EXAMPLES = ("p53", "IL6", "apoptosis of hepatocytes", "GO:0006915", "KE 149")


async def search(request: Request) -> Response:
    """`GET /search`."""
    asked = query(request)
    text, source = asked.text("q", max=MOST_TEXT, default=""), asked.choice_or_none("source", Source)
    hits = await site(request).database.read(found.anything, text, source, MOST) if text else None
    return page(
        request,
        "search/page.html",
        text=text,
        id=is_id(text),
        source=source,
        found=hits,
        meant=await _meant(site(request), text, source, hits.targets if hits else ()),
        examples=EXAMPLES,
    )


def is_id(text: str) -> bool:
    """Whether a text is an id of a target, a Key Event or an AOP."""
    word = text.strip()
    ids = (spec.accession for spec in SPECS.values())
    return bool(ID_OF_AOP_WIKI.fullmatch(word)) or any(form.fullmatch(word.upper()) for form in ids)


def means(text: str) -> bool:
    """Whether a text may be near anything in meaning: an id means nothing but itself, and a number nothing."""
    return any(letter.isalpha() for letter in text) and not is_id(text)


async def _meant(site: Site, text: str, source: Source | None, known: tuple[TargetHit, ...]) -> list[Target]:
    """The targets that are near in meaning, and not found by name."""
    if not means(text):
        return []
    near = await run_in_threadpool(site.warm.search, text, MOST, source)
    keys = [each.target for each in near if each.target not in {hit.key for hit in known}]
    whole = await site.database.read(targets.whole, keys)
    return list(whole.values())
