"""From values to HTML: the templates, their filters, and the two ways to answer with them."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import cache, lru_cache
from hashlib import sha256
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse

from core import orcid
from core.citations import DOI_PAGE, PMID_PAGE
from core.evidence import Mark, Marked
from core.model import Act, Progress, Relation, Role, Source, State, TargetKey, Tier
from core.rules import Eyes
from core.sources import AOP_PAGE, KEY_EVENT_PAGE, SPECS
from web import scripts, styles
from web.context import site, visitor
from web.htmx import page_of

ROOT = Path(__file__).parent.parent
TEMPLATES = ROOT / "templates"
STATIC = ROOT / "static"
UNITS = ("bytes", "kB", "MB", "GB", "TB")
THOUSAND = 1000
MARKS = {mark: Markup("<mark>" if mark is Mark.SHARED else f'<mark data-mark="{mark}">') for mark in Mark}
END_OF_MARK = Markup("</mark>")
WORDS = (Act, Relation, Role, Source, State, Tier)


def page(
    request: Request, template: str, code: int = 200, headers: Mapping[str, str] | None = None, /, **context: object
) -> HTMLResponse:
    """A whole page: `template` extends `layout.html`, and knows the status as `status_code`."""
    return HTMLResponse(html(request, template, **{"status_code": code, **context}), code, headers)


def partial(
    request: Request, template: str, code: int = 200, headers: Mapping[str, str] | None = None, /, **context: object
) -> HTMLResponse:
    """A piece of a page: `template` is one whose name begins with `_`, the very one that the page includes."""
    return HTMLResponse(html(request, template, **{"status_code": code, **context}), code, headers)


def html(request: Request, template: str, /, **context: object) -> Markup:
    """A template as text, for answers that are made of several.

    Every template knows `visitor`, `page_path` (the page's own address, to come back to), `credits`, `single` (whether
    one pair of eyes is enough here) and `reviews` (whether the visitor may do what reviewers do).
    """
    here, asking = site(request), visitor(request)
    known = {
        "visitor": asking,
        "page_path": page_of(request),
        "credits": here.credits,
        "single": here.settings.single,
        "reviews": Eyes(asking, here.settings.single).may(Role.REVIEWER),
    }
    return Markup(here.templates.get_template(template).render(known | context))


def environment() -> Environment:
    """The templates, escaping everything, with the filters and the words that they may use."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.filters |= {
        "number": number,
        "size": size,
        "date": date,
        "plural": plural,
        "badge": badge,
        "slug": slug,
        "marked": marked,
        "genes": genes,
        "state_mark": state_mark,
        "progress_mark": progress_mark,
    }
    made.globals |= {"static": static(STATIC), "styles": styles.address, "script": scripts.address}
    made.globals |= {"SHARED": styles.SHARED, "SPECS": SPECS}
    made.globals |= {"KEY_EVENT_PAGE": KEY_EVENT_PAGE, "AOP_PAGE": AOP_PAGE}
    made.globals |= {"PMID_PAGE": PMID_PAGE, "DOI_PAGE": DOI_PAGE, "ORCID_PAGE": orcid.PAGE}
    made.globals |= {word.__name__: word for word in WORDS}
    return made


def number(value: int) -> str:
    """`12,345`."""
    return f"{value:,}"


def size(value: float) -> str:
    """`12.3 MB`."""
    unit = 0
    while value >= THOUSAND and unit + 1 < len(UNITS):
        value, unit = value / THOUSAND, unit + 1
    return f"{value:.0f} {UNITS[unit]}" if unit == 0 else f"{value:.1f} {UNITS[unit]}"


def date(value: datetime) -> Markup:
    """`2026-11-23`, with the exact time for machines."""
    return Markup(f'<time datetime="{value.isoformat()}">{value.date().isoformat()}</time>')  # digits and signs alone


def plural(count: int, one: str, many: str | None = None) -> str:
    """`1 gene`, `2 genes`; `many` where an s does not do."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def slug(target: TargetKey) -> str:
    """A target as the id of an element: `wikipathways-WP408`, without signs that a selector would read."""
    return str(target).replace(":", "-")


def marked(pieces: Marked) -> Markup:
    """A text in its pieces, with what is said of each."""
    return Markup("").join(
        MARKS[piece.mark] + piece.text + END_OF_MARK if piece.mark else piece.text for piece in pieces
    )


def genes(symbols: Sequence[str], most: int) -> Markup:
    """The first so many of these genes, and how many more there are."""
    shown = Markup('<span class="mono">{}</span>').format(" ".join(symbols[:most]) or "none")
    more = len(symbols) - most
    return shown + Markup(' <span class="muted">and {} more</span>').format(more) if more > 0 else shown


@cache
def badge(source: Source) -> Markup:
    """The letter of a source, with its name for those who cannot see it."""
    spec = SPECS[source]
    return Markup('<abbr class="source" data-source="{}" title="{}">{}</abbr>').format(source, spec.label, spec.badge)


@lru_cache
def state_mark(state: State, word: str | None = None) -> Markup:
    """A state as icon and word; `word` where another one says it better."""
    return Markup('<span class="state" data-state="{}">{}</span>').format(state, word or state)


@cache
def progress_mark(progress: Progress) -> Markup:
    """A Key Event's progress as icon and word."""
    return Markup('<span class="progress" data-progress="{}">{}</span>').format(progress, progress.replace("-", " "))


def static(folder: Path) -> Callable[[str], str]:
    """A function from a file of `folder` to its address, which names its content: a changed file is another one."""
    digests = {
        path.relative_to(folder).as_posix(): sha256(path.read_bytes()).hexdigest()[:12]
        for path in folder.rglob("*")
        if path.is_file()
    }
    return lambda path: f"/static/{path}?v={digests[path]}"
