"""Every source's own form, by what it is of. A new source adds its own line."""

from core.ingest import aopwiki, go, reactome, wikipathways
from core.ingest.parts import Form
from core.model import Source
from core.sources import AOP_WIKI

FORMS: dict[str, Form] = {
    AOP_WIKI: aopwiki.FORM,
    Source.WIKIPATHWAYS: wikipathways.FORM,
    Source.GO: go.FORM,
    Source.REACTOME: reactome.FORM,
}
