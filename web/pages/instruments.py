"""The instruments: which questions give a mapping its confidence, with their points and cut-offs."""

from starlette.requests import Request
from starlette.responses import Response

from core.instruments import CURRENT, INSTRUMENTS, Instrument
from core.model import Level
from core.sources import SPECS
from web.render import page


def shown() -> list[tuple[Instrument, list[str], bool]]:
    """Every version of every instrument, newest first, with the sources it assesses and whether it is in use."""
    versions = sorted(INSTRUMENTS.values(), key=lambda each: (list(CURRENT).index(each.name), -int(each.version)))
    return [
        (each, [spec.label for spec in SPECS.values() if spec.instrument == each.name], CURRENT[each.name] == each)
        for each in versions
    ]


async def instruments(request: Request) -> Response:
    """`GET /instruments`."""
    return page(request, "instruments/page.html", instruments=shown(), Level=Level)
