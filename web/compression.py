"""Which answers are compressed on their way: all but the files of releases, whose bytes are those of their checksum."""

import re

from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

FROM = 1000  # bytes
LEVEL = 7  # half a millisecond a page more than 5, and a thirtieth less of it
AS_THEY_ARE = re.compile(r"/releases/[^/]+/.+")


class Compressed(GZipMiddleware):
    """Compresses what whoever asks can read compressed. A strong ETag names bytes, so those are sent as they are."""

    def __init__(self, app: ASGIApp) -> None:
        super().__init__(app, minimum_size=FROM, compresslevel=LEVEL)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        plain = scope["type"] == "http" and AS_THEY_ARE.fullmatch(scope["path"]) is not None
        await (self.app if plain else super().__call__)(scope, receive, send)
