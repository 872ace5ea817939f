"""Errors are words of the domain. `web/errors.py` maps them to a status, `scripts` to an exit code: one table each."""


class DomainError(Exception):
    """Something a person asked for cannot be; the message says what, with which value, and what to do instead."""


class NotFound(DomainError):
    """The thing that was named does not exist."""


class Invalid(DomainError):
    """A value, or an act in this state, is not allowed. `field` names the value where there is one."""

    def __init__(self, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field


class Conflict(DomainError):
    """Somebody was faster, or has built on it since."""


class Forbidden(DomainError):
    """This person may not do this."""


class SignedOut(DomainError):
    """Nobody is signed in, or the session has ended."""


class TooLarge(DomainError):
    """More was sent than this address takes."""


class TooMany(DomainError):
    """More was asked in a while than one person or address may; `retry_after` seconds from now it may be again."""

    def __init__(self, message: str, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Unavailable(DomainError):
    """The server cannot do this now, and nothing was saved: disk full, database busy."""


class OperatorError(Exception):
    """The configuration, the database or a file is not as it must be: commands print it, exit 2; the server stops."""
