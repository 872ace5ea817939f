"""Times as the database writes them: ISO 8601, UTC, microseconds, so that text sorts as time does."""

from datetime import UTC, datetime

FORM = "%Y-%m-%dT%H:%M:%S.%fZ"


def text(at: datetime) -> str:
    """`2026-11-23T22:47:00.000001Z`. `at` must know its time zone."""
    return at.astimezone(UTC).strftime(FORM)


def moment(value: str) -> datetime:
    """The time that `text` wrote."""
    return datetime.fromisoformat(value)
