"""What is known of a file before one has it: how long it is, its checksum, and how it begins."""

import sqlite3
from dataclasses import dataclass
from hashlib import sha256

from core import publish
from core.export.published import LeftOut
from core.publish import Asked, Export

FIRST_LINES = 5
FIRST_BYTES = 64 * 1024  # that the first lines are looked for in
LONGEST_LINE = 240


@dataclass(frozen=True, slots=True)
class Facts:
    """A file's length in bytes and SHA-256, its first lines, cut where they are long (none of what is no text), what
    it lacks for want of genes or their ids, and the state of the data that all this is of."""

    revision: str
    size: int
    sha256: str
    first: tuple[str, ...]
    left_out: LeftOut


def facts(db: sqlite3.Connection, export: Export, asked: Asked) -> Facts:
    """Write the whole file, keep nothing of it but this. Takes as long as to send it."""
    size, digest, begin = 0, sha256(), bytearray()
    for piece in export.write(db, asked):
        size += len(piece)
        digest.update(piece)
        if len(begin) < FIRST_BYTES:
            begin += piece
    left_out = publish.left_out(db, export, asked.selection)
    return Facts(asked.edition.version, size, digest.hexdigest(), _first_lines(bytes(begin)), left_out)


def _first_lines(begin: bytes) -> tuple[str, ...]:
    if b"\0" in begin:
        return ()
    lines = begin[:FIRST_BYTES].decode("utf-8", "ignore").split("\n")
    return tuple(
        line if len(line) <= LONGEST_LINE else f"{line[:LONGEST_LINE]}…" for line in lines[:FIRST_LINES] if line
    )
