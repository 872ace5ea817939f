"""Reactome as its downloads are: names, hierarchy and summations as tables, genes as a GMT."""

from dataclasses import replace
from typing import TypeVar

from core.errors import Invalid
from core.ingest import parts, text, unpack
from core.ingest.content import Side, SourceContent
from core.ingest.neutral import GENE, File, Row, Watch, unwatched
from core.ingest.parts import Files, Form, Part
from core.model import Source, Target
from core.sources import spec

T = TypeVar("T")

SETTING = "REACTOME_DOWNLOAD_URL"
SPECIES = "Homo sapiens"


def content(files: Files, watch: Watch = unwatched) -> SourceContent:
    """The human pathways with parents, genes and summations. Raises Invalid, naming file, row and value."""
    (names,), (arrows,), (genes,) = (parts.of(files, name) for name in ("names", "hierarchy", "genes"))
    texts = summations(files["summations"][0]) if files.get("summations") else {}
    found = pathways(names, watch)
    return SourceContent(
        source=Source.REACTOME,
        name=names.name,
        rows={id: replace(target, description=texts.get(id, "")) for id, target in found.items()},
        genes=Side(genes.name, gene_sets(genes)),
        parents=Side(arrows.name, parents(arrows)),
    )


def pathways(file: File, watch: Watch = unwatched) -> dict[str, Target]:
    """The human pathways of `id TAB name TAB species`, by id."""
    found = {}
    for place, (id, name, species, *_) in watch(list(unpack.table(file, columns=3)), f"Reading {file.name}"):
        if species != SPECIES:
            continue
        title = text.line(name)
        if not title:
            raise Row(place, {"name": name}).bad("name", "a text with at least one letter")
        found[_accession(place, id)] = Target(Source.REACTOME, id, title)
    return _some(found, file)


def parents(file: File) -> dict[str, tuple[str, ...]]:
    """The human parents of each pathway that has one, from `parent TAB child`; each once, sorted."""
    found: dict[str, set[str]] = {}
    for _, (parent, child, *_) in unpack.table(file, columns=2):
        if _is_human(parent) and _is_human(child):
            found.setdefault(child, set()).add(parent)
    return _some({child: tuple(sorted(above)) for child, above in found.items()}, file)


def gene_sets(file: File) -> dict[str, tuple[str, ...]]:
    """The genes of each human pathway of a GMT, `name TAB id TAB gene TAB gene …`; each once, sorted.

    Reactome has counted the genes of its sub-pathways in already. A name with a space in it is no symbol.
    """
    found = {}
    for _, (_, id, *genes) in unpack.table(file, columns=3):
        if not _is_human(id):
            continue
        found[id] = tuple(sorted({gene for gene in genes if GENE.fullmatch(gene)}))
    return _some(found, file)


def summations(file: File) -> dict[str, str]:
    """The text of each human pathway, `id TAB name TAB summation`; several are paragraphs of one."""
    found: dict[str, list[str]] = {}
    for _, (id, _, *summation) in unpack.table(file, columns=3):
        paragraph = text.paragraphs(" ".join(summation))
        if _is_human(id) and paragraph and paragraph not in found.setdefault(id, []):
            found[id].append(paragraph)
    return _some({id: "\n".join(paragraphs) for id, paragraphs in found.items()}, file)


def _accession(place: str, id: str) -> str:
    if not _is_human(id):
        raise Row(place, {"id": id}).bad("id", "an id of Reactome like R-HSA-109581")
    return id


def _is_human(id: str) -> bool:
    return id.isascii() and spec(Source.REACTOME).accession.fullmatch(id) is not None


def _some(found: dict[str, T], file: File) -> dict[str, T]:
    if not found:
        raise Invalid(f"{file.name} has nothing of {SPECIES}, and an empty catalogue is never imported.")
    return found


FORM = Form(
    parts=(
        Part("names", SETTING, path="ReactomePathways.txt"),
        Part("hierarchy", SETTING, path="ReactomePathwaysRelation.txt"),
        Part("genes", SETTING, path="ReactomePathways.gmt.zip"),
        Part("summations", SETTING, path="pathway2summation.txt"),
    ),
    content=content,
    release=parts.unnamed,
)
