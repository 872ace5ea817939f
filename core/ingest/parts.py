"""What a source publishes, piece by piece: where each piece is asked for, and how its files are told apart."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from core.errors import Invalid
from core.ingest.content import AopWikiContent, SourceContent
from core.ingest.neutral import File, Watch

Files = Mapping[str, Sequence[File]]  # by the name of their part; several where it came in pages


@dataclass(frozen=True, slots=True)
class Part:
    """One piece: a file at the address of `setting` plus `path`, or the answer of the service there to `query`.

    `order` are the variables that put the rows of a query into one order, so that pages neither repeat nor skip any.
    """

    name: str
    setting: str
    path: str = ""
    query: str = ""
    order: str = ""
    needed: bool = True


@dataclass(frozen=True, slots=True)
class Form:
    """How a source is read in its own form. `release` is what the files call themselves, None where they do not."""

    parts: tuple[Part, ...]
    content: Callable[[Files, Watch], SourceContent | AopWikiContent]
    release: Callable[[Files], str | None]


def of(files: Files, part: str) -> Sequence[File]:
    """The files of a part. Raises Invalid where there is none."""
    found = files.get(part, ())
    if not found:
        raise Invalid(f"The {part} are missing; fetch them again.")
    return found


def unnamed(files: Files) -> None:
    """The release of files that do not say theirs."""
    return
