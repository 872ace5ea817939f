"""What Keyway knows of each source: a spec a source, and nothing else anywhere.

A fourth source is a member of `model.Source`, a spec here, a parser in `core/ingest` and a fixture.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from core.model import Source, TargetKey


class Fact(StrEnum):
    """What a published mapping says of its target beyond id and title, where the field's files have a column for it."""

    DESCRIPTION = "description"
    GENES = "genes"
    DIRECTION = "direction"
    INFORMATION = "information"
    DEPTH = "depth"


@dataclass(frozen=True, slots=True)
class Contract:
    """How the field's tools call a source's targets: in files and the API (`docs/api.md`), in CURIEs, SSSOM and RDF.

    `mappings` and `gmt` are the last parts of the published addresses; `columns` come after the common ones, each a
    fact or a text that is the same for every target; `prefix` and `namespace` make CURIE and IRI; `category` is what
    SSSOM says that the targets are, `registry` the source itself as a CURIE.
    """

    mappings: str
    gmt: str
    id: str
    title: str
    columns: tuple[tuple[str, Fact | str], ...]
    connection: bool
    prefix: str
    namespace: str
    category: str
    registry: str


@dataclass(frozen=True, slots=True)
class Spec:
    """The facts about one source that the rest of Keyway needs as values.

    `badge` is the letter that tells the source without a colour; `accession` the form of its ids; `page` and `drawing`
    are the addresses of a target's own page and of its diagram, with `{}` for the accession (no drawing: None);
    `instrument` names the questions that assess its targets.
    """

    source: Source
    label: str
    badge: str
    noun: str
    accession: re.Pattern[str]
    example: str
    page: str
    drawing: str | None
    instrument: str
    licence: str
    licence_url: str
    home: str
    contract: Contract


SPECS: dict[Source, Spec] = {
    spec.source: spec
    for spec in (
        Spec(
            source=Source.WIKIPATHWAYS,
            label="WikiPathways",
            badge="W",
            noun="pathway",
            accession=re.compile(r"WP[1-9]\d{0,6}"),
            example="WP254",
            page="https://www.wikipathways.org/pathways/{}.html",
            drawing="https://www.wikipathways.org/wikipathways-assets/pathways/{0}/{0}.svg",
            instrument="pathway",
            licence="CC0 1.0",
            licence_url="https://creativecommons.org/publicdomain/zero/1.0/",
            home="https://www.wikipathways.org/",
            contract=Contract(
                mappings="mappings",
                gmt="ke-wp",
                id="pathway_id",
                title="pathway_title",
                columns=(),
                connection=True,
                prefix="wikipathways",
                namespace="https://identifiers.org/wikipathways/",
                category="biolink:Pathway",
                registry="infores:wikipathways",
            ),
        ),
        Spec(
            source=Source.GO,
            label="Gene Ontology",
            badge="G",
            noun="process",
            accession=re.compile(r"GO:\d{7}"),
            example="GO:0006954",
            page="https://amigo.geneontology.org/amigo/term/{}",
            drawing=None,
            instrument="go",
            licence="CC BY 4.0",
            licence_url="https://creativecommons.org/licenses/by/4.0/",
            home="https://geneontology.org/",
            contract=Contract(
                mappings="go-mappings",
                gmt="ke-go",
                id="go_term_id",
                title="go_term_name",
                columns=(
                    ("go_namespace", "biological_process"),
                    ("go_direction", Fact.DIRECTION),
                    ("go_definition", Fact.DESCRIPTION),
                    ("go_ic", Fact.INFORMATION),
                    ("go_depth", Fact.DEPTH),
                ),
                connection=True,
                prefix="GO",
                namespace="http://purl.obolibrary.org/obo/GO_",
                category="biolink:BiologicalProcess",
                registry="infores:go",
            ),
        ),
        Spec(
            source=Source.REACTOME,
            label="Reactome",
            badge="R",
            noun="pathway",
            accession=re.compile(r"R-HSA-[1-9]\d{0,8}"),
            example="R-HSA-109581",
            page="https://reactome.org/content/detail/{}",
            drawing="https://reactome.org/PathwayBrowser/#/{}",
            instrument="pathway",
            licence="CC0 1.0",
            licence_url="https://creativecommons.org/publicdomain/zero/1.0/",
            home="https://reactome.org/",
            contract=Contract(
                mappings="reactome-mappings",
                gmt="ke-reactome",
                id="reactome_id",
                title="pathway_name",
                columns=(
                    ("species", "Homo sapiens"),
                    ("pathway_description", Fact.DESCRIPTION),
                    ("reactome_gene_count", Fact.GENES),
                ),
                connection=False,
                prefix="reactome",
                namespace="https://identifiers.org/reactome/",
                category="biolink:Pathway",
                registry="infores:reactome",
            ),
        ),
    )
}

AOP_WIKI = "aopwiki"
AOP_WIKI_LABEL = "AOP-Wiki"
AOP_WIKI_LICENCE = "CC BY-SA 4.0"
AOP_WIKI_LICENCE_URL = "https://creativecommons.org/licenses/by-sa/4.0/"
AOP_WIKI_HOME = "https://aopwiki.org/"
KEY_EVENT_PREFIX = "aop.events"
KEY_EVENT_NAMESPACE = "https://identifiers.org/aop.events/"
KEY_EVENT_CATEGORY = "biolink:BiologicalProcessOrActivity"
KEY_EVENT_PAGE = "https://aopwiki.org/events/{}"
AOP_PAGE = "https://aopwiki.org/aops/{}"


def spec(source: Source) -> Spec:
    """The spec of a source."""
    return SPECS[source]


def page(target: TargetKey) -> str:
    """The address of a target's page at its source."""
    return SPECS[target.source].page.format(target.accession)


def curie(target: TargetKey) -> str:
    """A target as the field writes it: `wikipathways:WP408`, `GO:0072593`."""
    return f"{SPECS[target.source].contract.prefix}:{_local(target)}"


def iri(target: TargetKey) -> str:
    """A target's address in linked data: `http://purl.obolibrary.org/obo/GO_0072593`."""
    return SPECS[target.source].contract.namespace + _local(target)


def _local(target: TargetKey) -> str:
    return target.accession.removeprefix(f"{SPECS[target.source].contract.prefix}:")
