"""NPZ archives that can be trusted: the same bytes for the same arrays, and nothing believed before it is checked.

Read without pickle, and without inflating more than the archive's directory promises within reason.
"""

import hashlib
import io
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]

LARGEST = 1 << 30
MOST_INFLATED = 50
EPOCH = (1980, 1, 1, 0, 0, 0)


class Refused(Exception):
    """A vector file is not as it must be; the message says what was found and what was expected."""


def write(path: Path, arrays: Mapping[str, Array]) -> None:
    """Write an archive: no compression, no times, so that equal arrays give equal bytes."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for name, array in arrays.items():
            data = io.BytesIO()
            np.lib.format.write_array(data, np.asarray(array, order="C"), allow_pickle=False)
            archive.writestr(zipfile.ZipInfo(f"{name}.npy", EPOCH), data.getvalue())


def read(path: Path, kinds: Mapping[str, str], optional: frozenset[str] = frozenset()) -> dict[str, Array]:
    """The arrays of an archive that holds exactly the names of `kinds`, each of its kind of dtype (U, f, i, u); the
    `optional` ones of them may be missing.

    Raises Refused for a file that is missing, broken, would inflate beyond 1 GiB or 50 times its size, or holds
    anything else, pickled objects above all.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            there = _check_directory(archive, path.name, kinds, optional)
            return {
                name: _array(archive.read(f"{name}.npy"), f"{path.name}: {name}", kind)
                for name, kind in kinds.items()
                if name in there
            }
    except (OSError, zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, zlib.error) as error:
        raise Refused(f"{path.name} cannot be read as an NPZ file: {error}") from error


def checksum(arrays: Mapping[str, Array]) -> str:
    """SHA-256, in hex, of the arrays' names, types, shapes and bytes, by name."""
    digest = hashlib.sha256()
    for name in sorted(arrays):
        array = np.ascontiguousarray(arrays[name])
        digest.update(f"{name} {array.dtype.str} {array.shape}\n".encode())
        digest.update(array.tobytes() if array.dtype.kind == "U" else array.data)
    return digest.hexdigest()


def _check_directory(
    archive: zipfile.ZipFile, file: str, kinds: Mapping[str, str], optional: frozenset[str]
) -> frozenset[str]:
    """The names that there are. Refuses by the archive's directory alone, before anything is inflated."""
    members = archive.infolist()
    there = frozenset(member.filename.removesuffix(".npy") for member in members)
    names = sorted(member.filename for member in members)
    if names != sorted(f"{name}.npy" for name in there) or not kinds.keys() - optional <= there <= kinds.keys():
        raise Refused(f"{file} holds {', '.join(names[:20]) or 'nothing'}; expected {', '.join(sorted(kinds))}")
    size, packed = sum(member.file_size for member in members), sum(member.compress_size for member in members)
    if size > LARGEST or size > MOST_INFLATED * max(packed, 1):
        raise Refused(
            f"{file} would inflate from {packed:,} to {size:,} bytes;"
            f" allowed are {LARGEST:,} and {MOST_INFLATED} times its size"
        )
    return there


def _array(data: bytes, what: str, kind: str) -> Array:
    """One array. Its header must promise the kind, and exactly the bytes that follow it."""
    stream = io.BytesIO(data)
    try:
        version = np.lib.format.read_magic(stream)
        if version != (1, 0):
            raise Refused(f"{what} has NPY version {version}, expected (1, 0)")
        shape, fortran, dtype = np.lib.format.read_array_header_1_0(stream)
    except ValueError as error:
        raise Refused(f"{what} is not an array: {error}") from error
    if dtype.hasobject:
        raise Refused(f"{what} holds pickled objects, which are never loaded")
    size = int(np.prod(shape, dtype=object)) * dtype.itemsize
    if fortran or dtype.kind != kind or size != len(data) - stream.tell():
        raise Refused(f"{what} has type {dtype} and shape {shape} in {len(data):,} bytes; expected kind {kind!r}")
    array = np.frombuffer(data, dtype, offset=stream.tell()) if size else np.zeros(0, dtype)
    return array.reshape(shape)  # over bytes, so read-only
