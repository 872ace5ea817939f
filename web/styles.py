"""Style sheets, joined: a page names the components that it is made of and fetches them in one request.

Comments and indentation stay here: they are a fifth of what a first visit would fetch of them.
"""

import re
from collections.abc import Sequence
from functools import cache
from hashlib import sha256
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

from core.errors import NotFound

FOLDER = Path(__file__).parent.parent / "static" / "css"
SHARED = ("tokens", "base", "header", "buttons", "forms", "badges", "table", "notice", "search")
MOST = 20
_QUOTED_OR_NOISE = re.compile(r"""(?P<quoted>"[^"]*"|'[^']*')|/\*.*?\*/|[ \n]*(?P<line>\n)[ \n]*""", re.DOTALL)


def address(names: Sequence[str]) -> str:
    """Where these sheets are, joined in this order; the address names their content: changed sheets are at another."""
    return f"/static/sheets/{'+'.join(names)}.css?v={sha256(_joined(tuple(names))).hexdigest()[:12]}"


async def sheets(request: Request) -> Response:
    """`GET /static/sheets/{names}.css`: the sheets of these names, joined by `+`."""
    names = tuple(request.path_params["names"].split("+"))
    if len(names) > MOST or not set(names) <= _known():
        raise NotFound(f"There is no style sheet {'+'.join(names)}.")
    return Response(_joined(names), media_type="text/css")


@cache
def _known() -> frozenset[str]:
    return frozenset(path.stem for path in FOLDER.glob("*.css"))


@cache
def _joined(names: tuple[str, ...]) -> bytes:
    return bare("\n".join((FOLDER / f"{name}.css").read_text("utf-8") for name in names)).encode()


def bare(sheet: str) -> str:
    """A sheet without its comments and the blanks around its lines; what stands in quotes is as it was."""
    return _QUOTED_OR_NOISE.sub(lambda found: found["quoted"] or found["line"] or "", sheet)
