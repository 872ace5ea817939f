"""What a release says of itself, as values: what it holds, of what it is made, by whom, and what is new in it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from core.export.published import Credit, Edition, LeftOut
from core.model import Snapshot, Source, TargetKey, Tier


@dataclass(frozen=True, slots=True)
class File:
    """One file of a release: its name, what it is in words and as media type, its size in bytes, its SHA-256."""

    name: str
    title: str
    media: str
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Change:
    """One mapping that came, changed or ended; `words` say how it is, what is other, or why it ended."""

    uuid: str
    key_event: int
    key_event_title: str
    target: TargetKey
    title: str
    words: str


@dataclass(frozen=True, slots=True)
class Changes:
    """What is other than in the release `since`, each by Key Event, source and accession; `releases` are those of the
    sources then."""

    since: str
    added: tuple[Change, ...]
    changed: tuple[Change, ...]
    retired: tuple[Change, ...]
    releases: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Computed:
    """The run of vectors whose suggestions are in the release."""

    name: str
    model: str
    revision: str
    text_hash: str
    built: str


@dataclass(frozen=True, slots=True)
class Account:
    """The whole of it. `decisions` is the newest decision that it knows; `mappings` counts those in force by source and
    tier (None: not assessed); `instruments` are (name, version, assessments); `left_out` what gene sets
    lack, `without_ids` those by NCBI Gene id (None: the catalogue has no ids, and these files are empty). `changes`
    None: the first release."""

    edition: Edition
    date: date
    decisions: int
    revision: str
    mappings: Mapping[Source, Mapping[Tier | None, int]]
    key_events: int
    credits: tuple[Credit, ...]
    snapshots: tuple[Snapshot, ...]
    instruments: tuple[tuple[str, str, int], ...]
    run: Computed | None
    left_out: LeftOut
    without_ids: LeftOut | None
    changes: Changes | None

    @property
    def name(self) -> str:
        """`2026.1`."""
        return self.edition.version

    @property
    def address(self) -> str:
        """Where it is published, for ever."""
        return f"{self.edition.home}/releases/{self.name}"

    @property
    def total(self) -> int:
        """How many mappings it holds."""
        return sum(sum(tiers.values()) for tiers in self.mappings.values())
