"""Scripts as a browser fetches them: each with what it imports, in one request, without comments and indentation, kept
under an address that names its content."""

import re
from functools import cache
from hashlib import sha256
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

from core.errors import NotFound

FOLDER = Path(__file__).parent.parent / "static" / "js"
_NOISE = re.compile(r"^ *//[^\n]*\n|^ */\*\*.*?\*/\n|^[ \n]+", re.DOTALL | re.MULTILINE)
_IMPORT = re.compile(r'^import \{[^}]*\} from "\./(\w+)\.js";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export ", re.MULTILINE)


def address(name: str) -> str:
    """Where a script is: a changed one, or one that imports a changed one, is at another address."""
    return f"/static/js/{name}.js?v={sha256(_joined(name)).hexdigest()[:12]}"


async def script(request: Request) -> Response:
    """`GET /static/js/{name}.js`."""
    name = request.path_params["name"]
    if name not in _known():
        raise NotFound(f"There is no script {name}.")
    return Response(_joined(name), media_type="text/javascript")


def bare(script: str) -> str:
    """A script without the comments that have lines of their own and without the blanks before its lines."""
    return _NOISE.sub("", script)


@cache
def _known() -> frozenset[str]:
    return frozenset(path.stem for path in FOLDER.glob("*.js"))


@cache
def _joined(name: str) -> bytes:
    """All that it needs, what is imported first: so joined they are one module, where nothing is imported."""
    return "".join(_EXPORT.sub("", _IMPORT.sub("", bare(_source(each)))) for each in _needed(name)).encode()


def _needed(name: str) -> list[str]:
    imported = [each for other in _IMPORT.findall(_source(name)) for each in _needed(other)]
    return list(dict.fromkeys([*imported, name]))


def _source(name: str) -> str:
    return (FOLDER / f"{name}.js").read_text("utf-8")
