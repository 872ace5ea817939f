"""The files of a catalogue, in the neutral form or in a source's own: both give the same content."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Protocol

from core.ingest import neutral
from core.ingest.content import AopWikiContent, NcbiIds, Side, SourceContent
from core.ingest.forms import FORMS
from core.ingest.neutral import File, Watch, unwatched
from core.model import Source


class Files(Protocol):
    """What an import reads."""

    @property
    def sha256(self) -> str:
        """What `cat FILES | sha256sum` prints."""
        ...

    def content(self, watch: Watch = unwatched) -> SourceContent | AopWikiContent:
        """What they say. Raises Invalid, naming file, row, field and value, where one is bad or empty."""
        ...


@dataclass(frozen=True, slots=True)
class SourceFiles:
    """A source's catalogue in the neutral form."""

    source: Source
    targets: File
    gene_sets: File | None = None
    ncbi: File | None = None

    @property
    def sha256(self) -> str:
        """What `cat FILES | sha256sum` prints."""
        return _digest(self.targets, self.gene_sets, self.ncbi)

    def content(self, watch: Watch = unwatched) -> SourceContent:
        """As `Files`."""
        rows = {target.accession: target for target in neutral.targets(self.targets, self.source, watch)}
        genes = Side(self.gene_sets.name, neutral.gene_sets(self.gene_sets)) if self.gene_sets else None
        ncbi = NcbiIds(self.ncbi.name, neutral.ncbi_ids(self.ncbi)) if self.ncbi else None
        return SourceContent(self.source, self.targets.name, rows, genes, ncbi=ncbi)


@dataclass(frozen=True, slots=True)
class AopWikiFiles:
    """AOP-Wiki's catalogue in the neutral form."""

    key_events: File
    aops: File | None = None
    relationships: File | None = None
    genes: File | None = None

    @property
    def sha256(self) -> str:
        """What `cat FILES | sha256sum` prints."""
        return _digest(self.key_events, self.aops, self.relationships, self.genes)

    def content(self, watch: Watch = unwatched) -> AopWikiContent:
        """As `Files`."""
        arrows, members, genes = self.relationships, self.aops, self.genes
        return AopWikiContent(
            name=self.key_events.name,
            rows={key_event.label: key_event for key_event in neutral.key_events(self.key_events, watch)},
            genes=Side(genes.name, neutral.gene_sets(genes)) if genes else None,
            memberships=Side(members.name, neutral.memberships(members)) if members else None,
            relationships=Side(arrows.name, neutral.relationships(arrows)) if arrows else None,
        )


@dataclass(frozen=True, slots=True)
class OwnFiles:
    """The catalogue of `of`, a source or AOP-Wiki, in its own form; by part, several where one came in pages."""

    of: str
    parts: Mapping[str, tuple[File, ...]]

    @property
    def sha256(self) -> str:
        """What `cat FILES | sha256sum` prints."""
        return _digest(*(file for files in self.parts.values() for file in files))

    @property
    def release(self) -> str | None:
        """What the files call themselves, None where they do not."""
        return FORMS[self.of].release(self.parts)

    def content(self, watch: Watch = unwatched) -> SourceContent | AopWikiContent:
        """As `Files`."""
        return FORMS[self.of].content(self.parts, watch)


def _digest(*files: File | None) -> str:
    digest = sha256()
    for file in files:
        digest.update(file.content if file else b"")
    return digest.hexdigest()
