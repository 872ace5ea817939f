"""What Keyway knows of each source: a spec a source, and nothing else anywhere.

A fourth source is a member of `model.Source`, a spec here, a parser in `core/ingest` and a fixture.
"""

import re
from dataclasses import dataclass

from core.model import Source, TargetKey


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
        ),
    )
}

AOP_WIKI = "aopwiki"
AOP_WIKI_LABEL = "AOP-Wiki"
AOP_WIKI_LICENCE = "CC BY-SA 4.0"
AOP_WIKI_LICENCE_URL = "https://creativecommons.org/licenses/by-sa/4.0/"
AOP_WIKI_HOME = "https://aopwiki.org/"
KEY_EVENT_PAGE = "https://aopwiki.org/events/{}"
AOP_PAGE = "https://aopwiki.org/aops/{}"


def spec(source: Source) -> Spec:
    """The spec of a source."""
    return SPECS[source]


def page(target: TargetKey) -> str:
    """The address of a target's page at its source."""
    return SPECS[target.source].page.format(target.accession)
