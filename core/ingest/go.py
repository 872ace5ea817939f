"""The Gene Ontology: terms from its OBO file, genes from GAF 2.2, counted in upwards by the true-path rule."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from graphlib import CycleError, TopologicalSorter
from io import BytesIO

import fastobo
import numpy as np

from core.errors import Invalid
from core.ingest import parts, text, unpack
from core.ingest.content import Side, SourceContent
from core.ingest.neutral import GENE, File, Row, Watch, unwatched
from core.ingest.parts import Files, Form, Part
from core.model import Source, Target
from core.sources import spec

BIOLOGICAL_PROCESS = "biological_process"
PART_OF = "part_of"
GAF_COLUMNS = 15  # the two that follow are optional
HUMAN = "taxon:9606"
NOTHING_KNOWN = "ND"  # the evidence code that says: looked, and found nothing


@dataclass(slots=True)
class Term:
    """One term of the OBO file. `parents` are those by is_a and by part_of."""

    id: str
    name: str = ""
    namespace: str = ""
    definition: str = ""
    synonyms: list[str] = field(default_factory=list)
    parents: list[str] = field(default_factory=list)
    alternatives: list[str] = field(default_factory=list)
    obsolete: bool = False
    replaced_by: list[str] = field(default_factory=list)
    consider: list[str] = field(default_factory=list)

    @property
    def instead(self) -> list[str]:
        """What is named in its place: replacements, else what to consider."""
        return self.replaced_by or self.consider


@dataclass(frozen=True, slots=True)
class Ontology:
    """The terms by id, obsolete ones too, in their order; and what the file calls its release."""

    terms: dict[str, Term]
    release: str | None

    def current(self, namespaces: Sequence[str]) -> dict[str, Term]:
        """The terms of these namespaces that are not obsolete."""
        return {id: each for id, each in self.terms.items() if not each.obsolete and each.namespace in namespaces}


def content(files: Files, watch: Watch = unwatched, namespaces: Sequence[str] = (BIOLOGICAL_PROCESS,)) -> SourceContent:
    """The terms of `namespaces` with parents, genes and what became of old ids.

    Genes are counted in upwards over the whole ontology, before the others are left out. Raises Invalid, naming file,
    row and value, for a bad or broken file.
    """
    (obo,), (gaf,) = parts.of(files, "ontology"), parts.of(files, "annotations")
    ontology = read(obo)
    current = ontology.current(namespaces)
    if not current:
        raise Invalid(f"{obo.name} has no term of {', '.join(namespaces)}, and an empty catalogue is never imported.")
    above = {term.id: tuple(term.parents) for term in ontology.terms.values() if not term.obsolete}
    led = replacements(ontology)
    genes = propagated(annotations(gaf, ontology, led), above)
    return SourceContent(
        source=Source.GO,
        name=obo.name,
        rows={term.id: _target(term) for term in watch(list(current.values()), f"Reading {obo.name}")},
        genes=Side(gaf.name, {id: symbols for id, symbols in genes.items() if id in current}),
        parents=Side(obo.name, {id: kept for id in current if (kept := tuple(p for p in above[id] if p in current))}),
        replaced={old: kept for old, ids in led.items() if (kept := tuple(id for id in ids if id in current))},
    )


def read(file: File) -> Ontology:
    """The terms of an OBO file. Raises Invalid for a web page, a broken file, and one that names parents it lacks."""
    body = unpack.decoded(file).encode()
    try:
        frames = fastobo.iter(BytesIO(body))
        header = {clause.raw_tag(): clause.raw_value() for clause in frames.header()}
        terms = [_term(frame, header.get("default-namespace", "")) for frame in frames if _is_term(frame)]
    except (SyntaxError, OSError, ValueError) as error:
        raise Invalid(f"{file.name} is not OBO, or cut off ({error}); {unpack.AGAIN}.") from error
    found = {term.id: term for term in terms}
    for term in terms:
        for parent in term.parents:
            if not term.obsolete and parent not in found:
                raise Invalid(
                    f"{file.name}: {term.id} is under {parent}, which the file lacks; is it whole? {unpack.AGAIN}."
                )
    return Ontology(found, header.get("data-version", "").removeprefix("releases/") or None)


def replacements(ontology: Ontology) -> dict[str, tuple[str, ...]]:
    """The current terms to which each obsolete term and each alternative id leads, through obsolete ones in between."""
    steps = {term.id: term.instead for term in ontology.terms.values() if term.obsolete}
    steps |= {old: [term.id] for term in ontology.terms.values() if not term.obsolete for old in term.alternatives}
    found = {old: tuple(dict.fromkeys(_followed(old, steps, ontology, frozenset()))) for old in steps}
    return {old: ids for old, ids in found.items() if ids}


def annotations(file: File, ontology: Ontology, led: Mapping[str, tuple[str, ...]]) -> dict[str, set[str]]:
    """The human symbols that a GAF file says of each term itself; what it says with NOT is no annotation.

    An old id counts for the term it leads to, if that is one term; unknown ids are left out.
    """
    found: dict[str, set[str]] = {}
    for place, row in unpack.table(file, GAF_COLUMNS, comment="!"):
        symbol, qualifier, id, evidence, taxon = row[2], row[3], row[4], row[6], row[12]
        if not id.startswith("GO:") or not taxon.startswith("taxon:"):
            raise Row(place, {"term": id, "taxon": taxon}).bad("term", "the columns of GAF 2.2")
        if "NOT" in qualifier.split("|") or evidence == NOTHING_KNOWN or HUMAN not in taxon.split("|"):
            continue
        term = ontology.terms.get(id)
        if term is None or term.obsolete:
            ids = led.get(id, ())
            term = ontology.terms[ids[0]] if len(ids) == 1 else None
        if term is not None and GENE.fullmatch(symbol):
            found.setdefault(term.id, set()).add(symbol)
    if not found:
        raise Invalid(f"{file.name} has no human annotation of these terms, and an empty answer is never imported.")
    return found


def propagated(own: Mapping[str, set[str]], parents: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
    """Each term with its own symbols and those of all terms below it, sorted; terms with none are left out.

    A set is a number with one bit a symbol: 45,000 terms times 20,000 genes fit into 110 MB, whatever their shape.
    Raises Invalid where the terms go in a circle.
    """
    try:
        order = list(TopologicalSorter(parents).static_order())
    except CycleError as error:
        circle = " → ".join(error.args[1])
        raise Invalid(f"The ontology goes in a circle, {circle}; {unpack.AGAIN}.") from error
    symbols = sorted(set().union(*own.values()))
    bits = {symbol: 1 << place for place, symbol in enumerate(symbols)}
    sets = {id: sum(bits[symbol] for symbol in mine) for id, mine in own.items()}
    for id in reversed(order):
        for parent in parents.get(id, ()):
            if mine := sets.get(id):
                sets[parent] = sets.get(parent, 0) | mine
    return {id: tuple([symbols[place] for place in _places(mine)]) for id, mine in sets.items() if mine}


def _places(bits: int) -> list[int]:
    """The places of the bits that are set, rising."""
    octets = np.frombuffer(bits.to_bytes((bits.bit_length() + 7) // 8, "little"), np.uint8)
    places: list[int] = np.flatnonzero(np.unpackbits(octets, bitorder="little")).tolist()
    return places


def release(files: Files) -> str | None:
    """What the ontology calls itself: the date of its release."""
    return read_release(parts.of(files, "ontology")[0])


def read_release(file: File) -> str | None:
    """The release in the header of an OBO file."""
    for _, line in unpack.lines(file):
        if line.startswith("["):
            break
        if line.startswith("data-version:"):
            return line.partition(":")[2].strip().removeprefix("releases/") or None
    return None


def _is_term(frame: fastobo.term.TermFrame) -> bool:
    return isinstance(frame, fastobo.term.TermFrame)


def _term(frame: fastobo.term.TermFrame, namespace: str) -> Term:
    term = Term(str(frame.id), namespace=namespace)
    for clause in frame:
        match clause.raw_tag():
            case "name":
                term.name = clause.name
            case "namespace":
                term.namespace = str(clause.namespace)
            case "def":
                term.definition = str(clause.definition)
            case "synonym":
                term.synonyms.append(clause.synonym.desc)
            case "is_a":
                term.parents.append(str(clause.term))
            case "relationship" if str(clause.typedef) == PART_OF:
                term.parents.append(str(clause.term))
            case "alt_id":
                term.alternatives.append(str(clause.alt_id))
            case "is_obsolete":
                term.obsolete = clause.obsolete
            case "replaced_by":
                term.replaced_by.append(str(clause.term))
            case "consider":
                term.consider.append(str(clause.term))
    return term


def _followed(id: str, steps: Mapping[str, Sequence[str]], ontology: Ontology, passed: frozenset[str]) -> Iterator[str]:
    for next_id in steps.get(id, ()):
        term = ontology.terms.get(next_id)
        if term is not None and not term.obsolete:
            yield next_id
        elif next_id not in passed:
            yield from _followed(next_id, steps, ontology, passed | {id, next_id})


def _target(term: Term) -> Target:
    if not spec(Source.GO).accession.fullmatch(term.id):
        raise Row(f"The term {term.id}", {"id": term.id}).bad("id", "an id of the Gene Ontology like GO:0006954")
    title = text.line(term.name)
    if not title:
        raise Row(f"The term {term.id}", {"name": term.name}).bad("name", "a text with at least one letter")
    synonyms = dict.fromkeys(text.line(each) for each in term.synonyms)
    return Target(
        source=Source.GO,
        accession=term.id,
        title=title,
        description=text.paragraphs(term.definition),
        synonyms=tuple(each for each in synonyms if each not in ("", title)),
    )


FORM = Form(
    parts=(
        Part("ontology", "GO_ONTOLOGY_URL"),
        Part("annotations", "GO_ANNOTATIONS_URL"),
    ),
    content=content,
    release=release,
)
