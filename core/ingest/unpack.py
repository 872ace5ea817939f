"""From the bytes that were downloaded to lines of text: packed or not, and refused where they are no data at all."""

import re
import zlib
from collections.abc import Iterator
from io import BytesIO
from zipfile import BadZipFile, ZipFile

from core.errors import Invalid
from core.ingest.neutral import File

MIB = 1024 * 1024
MOST_BYTES = 1024 * MIB  # unpacked; the largest real file, goa_human.gaf, has about 150 MiB
GZIP, ZIP = b"\x1f\x8b", b"PK"
WEB_PAGE = re.compile(rb"\s*(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL)
TITLE = re.compile(rb"<title>([^<]{1,200})</title>", re.IGNORECASE)
AGAIN = "fetch it again"


def web_page(content: bytes) -> str | None:
    """The title of the web page that was saved as data; None where the content is no web page."""
    start = content[:4096].removeprefix(b"\xef\xbb\xbf")
    if not WEB_PAGE.match(start):
        return None
    title = TITLE.search(start)
    return " ".join(title[1].decode("utf-8", "replace").split()) if title else "untitled"


def unpacked(file: File, most: int = MOST_BYTES) -> bytes:
    """What is in a file that may be packed by gzip or zip. Raises Invalid for a web page, a broken or an empty file."""
    content = file.content
    if content.startswith(GZIP):
        content = _gunzip(file, most)
    elif content.startswith(ZIP):
        content = _unzip(file, most)
    title = web_page(content)
    if title is not None:
        raise Invalid(
            f"{file.name} is a web page, “{title}”, not data: the address moved or the service failed; {AGAIN}."
        )
    if not content.strip():
        raise Invalid(f"{file.name} is empty, and an empty answer is never imported; {AGAIN}.")
    return content


def decoded(file: File) -> str:
    """A text file as text. Raises Invalid as `unpacked`, and for one that is not in UTF-8."""
    try:
        return unpacked(file).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Invalid(f"{file.name} is not text in UTF-8 ({error}); {AGAIN}.") from error


def lines(file: File) -> Iterator[tuple[int, str]]:
    """The lines of a text file with their numbers, without blank ones and line ends. Raises Invalid as `decoded`."""
    for number, line in enumerate(decoded(file).split("\n"), start=1):
        if line.strip():
            yield number, line.rstrip("\r")


def table(file: File, columns: int, comment: str = "#") -> Iterator[tuple[str, list[str]]]:
    """The rows of a tab-separated file, each with its place; a row has `columns` cells at least, without spaces around.

    Raises Invalid, naming the row, where one has fewer: the last one of a download that broke off, mostly.
    """
    for number, line in lines(file):
        if line.startswith(comment):
            continue
        cells = [cell.strip() for cell in line.split("\t")]
        place = f"{file.name}, row {number}"
        if len(cells) < columns:
            raise Invalid(f"{place}: {len(cells)} columns, expected at least {columns}; is the file whole? {AGAIN}.")
        yield place, cells


def _gunzip(file: File, most: int) -> bytes:
    found, rest = [], file.content
    try:
        while rest.strip(b"\0"):  # a gzip file may be several in a row
            member = zlib.decompressobj(wbits=31)
            found.append(member.decompress(rest, most + 1))
            if sum(map(len, found)) > most:
                raise Invalid(f"{file.name} unpacks to more than {most // MIB:,} MiB, which no source is; {AGAIN}.")
            if not member.eof:
                raise zlib.error("it ends in the middle")
            rest = member.unused_data
    except zlib.error as error:
        raise Invalid(f"{file.name} is broken or cut off ({error}); {AGAIN}.") from error
    return b"".join(found)


def _unzip(file: File, most: int) -> bytes:
    try:
        with ZipFile(BytesIO(file.content)) as archive:
            names = [each for each in archive.infolist() if not each.is_dir()]
            if len(names) != 1:
                raise Invalid(f"{file.name} holds {len(names)} files, expected one; {AGAIN}.")
            with archive.open(names[0]) as member:
                content = member.read(most + 1)
    except (BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError) as error:
        raise Invalid(f"{file.name} is broken or cut off ({error}); {AGAIN}.") from error
    if len(content) > most:
        raise Invalid(f"{file.name} unpacks to more than {most // MIB:,} MiB, which no source is; {AGAIN}.")
    return content
