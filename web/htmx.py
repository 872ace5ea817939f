"""What htmx says about the page that a partial request comes from."""

from urllib.parse import urlsplit

from starlette.requests import Request

from web.security import SAFE_METHODS

LONGEST_PATH = 2000


def same_site_path(value: str | None, default: str = "/") -> str:
    """`value` if it is a path on this site and nothing else, so that nobody is ever sent elsewhere; else `default`."""
    if not value or len(value) > LONGEST_PATH or not value.startswith("/") or value.startswith("//"):
        return default
    if "\\" in value or any(ord(sign) <= 32 or ord(sign) == 127 for sign in value):
        return default
    return default if value.startswith(("/signin", "/signout")) else value


def page_of(request: Request) -> str:
    """The path of the page that somebody looks at: to come back to after a sign-in.

    The page itself for a page, the one that htmx or the browser names for a partial or a form that was sent, and the
    one that a sign-in was begun for (`request.state.back_to`) where that went wrong.
    """
    if hasattr(request.state, "back_to"):
        return same_site_path(request.state.back_to)
    if request.method in SAFE_METHODS and not getattr(request.state, "partial", False):
        return same_site_path(_path(str(request.url)))
    return same_site_path(_path(request.headers.get("hx-current-url") or request.headers.get("referer") or ""))


def _path(address: str) -> str:
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    return parts.path + (f"?{parts.query}" if parts.query else "")
