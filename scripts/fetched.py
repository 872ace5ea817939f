"""What was fetched, in a folder: the files as they were received, and a manifest that says what each of them is."""

import json
from dataclasses import asdict, dataclass, field
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from core.errors import OperatorError
from core.ingest.files import OwnFiles
from core.ingest.forms import FORMS
from core.ingest.neutral import File

NAME = "manifest.json"


@dataclass(frozen=True, slots=True)
class Kept:
    """One file as it was received. `changed` is what its server said of when it last changed, where it did."""

    name: str
    address: str
    bytes: int
    sha256: str
    changed: str = ""


@dataclass(slots=True)
class Manifest:
    """The parts of each source with their files, and the release of those that are whole."""

    fetched_at: str
    parts: dict[str, dict[str, list[Kept]]] = field(default_factory=dict)
    releases: dict[str, str] = field(default_factory=dict)

    @classmethod
    def begun(cls, folder: Path, now: datetime) -> "Manifest":
        """The manifest of a folder that was begun before, else a new one."""
        if (folder / NAME).exists():
            return read(folder)
        return cls(now.isoformat())

    def write(self, folder: Path) -> None:
        """Put it into the folder, whole or not at all."""
        written = folder / f"{NAME}.part"
        written.write_text(json.dumps(asdict(self), indent=1) + "\n", "utf-8")
        written.replace(folder / NAME)

    def files(self, folder: Path, of: str) -> OwnFiles:
        """A source's files. Raises OperatorError where one is missing or is not the one that was received."""
        parts = {part: tuple(_file(folder, kept) for kept in files) for part, files in self.parts.get(of, {}).items()}
        return OwnFiles(of, {part.name: parts[part.name] for part in FORMS[of].parts if parts.get(part.name)})


def read(folder: Path) -> Manifest:
    """The manifest of a folder. Raises OperatorError where there is none that can be read."""
    path = folder / NAME
    try:
        found = json.loads(path.read_text("utf-8"))
        parts = {
            of: {part: [Kept(**kept) for kept in files] for part, files in parts.items()}
            for of, parts in found["parts"].items()
        }
        return Manifest(found["fetched_at"], parts, dict(found["releases"]))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise OperatorError(f"{path} is no manifest of fetched files ({error}); run scripts.fetch_sources") from error


def digest(path: Path) -> str:
    """The sha256 of a file."""
    with path.open("rb") as file:
        found = sha256()
        while block := file.read(1 << 20):
            found.update(block)
        return found.hexdigest()


def _file(folder: Path, kept: Kept) -> File:
    path = folder / kept.name
    try:
        content = path.read_bytes()
    except OSError as error:
        raise OperatorError(f"cannot read {path}: {error.strerror}; fetch it again") from error
    if sha256(content).hexdigest() != kept.sha256:
        raise OperatorError(f"{path} is not the file that was received: its sha256 differs; fetch it again")
    return File(kept.name, content)
