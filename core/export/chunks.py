"""From lines to what is sent: pieces of a file, each worth a hop to another thread, the first one at once."""

from collections.abc import Iterable, Iterator

SIZE = 128 * 1024


def of(lines: Iterable[str], size: int = SIZE) -> Iterator[bytes]:
    """The lines joined, as UTF-8, in pieces of about `size` characters; the first line goes alone and at once."""
    pending: list[str] = []
    held, most = 0, 0
    for line in lines:
        pending.append(line)
        held += len(line)
        if held >= most:
            yield "".join(pending).encode()
            pending.clear()
            held, most = 0, size
    if pending:
        yield "".join(pending).encode()


class Handed:
    """A file that hands back what is written to it, so that `writerow` of the csv module answers with its line."""

    def write(self, line: str, /) -> str:
        """The line."""
        return line
