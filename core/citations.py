"""Papers that a decision rests on: PMIDs and DOIs as people paste them, checked by their form and nothing else."""

import re

from core.errors import Invalid
from core.model import Evidence

PMID = re.compile(r"(?:pmid:?\s*)?([1-9]\d{0,8})", re.IGNORECASE)
DOI = re.compile(r"(?:doi:|https?://(?:dx\.)?doi\.org/)?(10\.\d{4,9}/[^\s\"<>]+)", re.IGNORECASE)
PMID_PAGE = "https://pubmed.ncbi.nlm.nih.gov/{}/"
DOI_PAGE = "https://doi.org/{}"
MOST = 20


def parse(papers: str, quote: str = "") -> Evidence:
    """Read papers separated by spaces, commas or semicolons, and a quoted sentence. Order is kept, doubles are not.

    Raises Invalid naming the first piece that is neither a PMID nor a DOI, or the number of papers over the limit.
    """
    pmids: list[str] = []
    dois: list[str] = []
    for piece in re.split(r"[\s,;]+", re.sub(r"(?i)\b(pmid|doi):?\s+", r"\1:", papers.strip())):
        if not piece:
            continue
        if match := PMID.fullmatch(piece):
            pmids.append(match[1])
        elif match := DOI.fullmatch(piece):
            dois.append(match[1])
        else:
            raise Invalid(f"“{piece}” is neither a PMID like 31037298 nor a DOI like 10.1000/xyz123.", field="papers")
    if len(pmids) + len(dois) > MOST:
        raise Invalid(
            f"{len(pmids) + len(dois)} papers are named, {MOST} at most: keep the ones that decide.", field="papers"
        )
    return Evidence(tuple(dict.fromkeys(pmids)), tuple(dict.fromkeys(dois)), quote.strip())
