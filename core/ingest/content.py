"""What a source said, in whatever form it was written: the plain values that an import compares and writes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from core.model import KeyEvent, Membership, Relationship, Source, Target

T = TypeVar("T", covariant=True)
GeneSets = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Side(Generic[T]):
    """What stands beside the rows, with the name of its file for the report."""

    name: str
    entries: T


@dataclass(frozen=True, slots=True)
class NcbiIds:
    """The ids of genes at NCBI by symbol, with the name of their file. `several` counts the symbols that came with more
    than one and are left out, as nobody can tell which is meant."""

    name: str
    ids: Mapping[str, int]
    several: int = 0


@dataclass(frozen=True, slots=True)
class SourceContent:
    """The targets of one source by accession, without genes; None beside them is what was not given.

    `parents` are accessions by accession. `replaced` leads from ids that the source gave up to those it names instead.
    """

    source: Source
    name: str
    rows: Mapping[str, Target]
    genes: Side[GeneSets] | None = None
    parents: Side[Mapping[str, tuple[str, ...]]] | None = None
    replaced: Mapping[str, tuple[str, ...]] | None = None
    ncbi: NcbiIds | None = None


@dataclass(frozen=True, slots=True)
class AopWikiContent:
    """The Key Events of AOP-Wiki by label, without genes; None beside them is what was not given."""

    name: str
    rows: Mapping[str, KeyEvent]
    genes: Side[GeneSets] | None = None
    memberships: Side[list[Membership]] | None = None
    relationships: Side[list[Relationship]] | None = None
