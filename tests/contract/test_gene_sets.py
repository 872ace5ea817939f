"""GSEApy reads the gene sets and runs on them; the expressions of the field's analysis tool find what they look for."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests import catalogues
from tests.contract.readers import gseapy, read_gmt

Fetch = Callable[[str], Path]


def test_gseapy_runs_an_enrichment(fetch: Fetch) -> None:
    sets = read_gmt(str(fetch("/exports/key-events.gmt")))
    assert {name: sorted(genes) for name, genes in sets.items()} == {
        "KE55_Increase_Cell_injury_death": ["IL6", "NFE2L2", "SOD1", "TNF"],
        "KE149_Increase_Inflammation": ["CASP3", "TNF", "TP53"],
        "KE1115_Increase_Reactive_oxygen_species": ["NFE2L2", "SOD1"],
    }
    found = gseapy.enrich(gene_list=["CASP3", "TP53", "TNF"], gene_sets=sets, background=20000, outdir=None)
    assert found.results.sort_values("P-value").iloc[0].Term == "KE149_Increase_Inflammation"


def test_gseapy_runs_an_enrichment_on_ids_of_ncbi_gene(published: Path, fetch: Fetch) -> None:
    catalogues.number_genes(published)
    sets = read_gmt(str(fetch("/exports/key-events.gmt?genes=ncbi")))
    assert {name: sorted(genes) for name, genes in sets.items()} == {
        "KE55_Increase_Cell_injury_death": ["6647"],
        "KE149_Increase_Inflammation": ["7157", "836"],
        "KE1115_Increase_Reactive_oxygen_species": ["6647"],
    }
    found = gseapy.enrich(gene_list=["836", "7157"], gene_sets=sets, background=20000, outdir=None)
    assert found.results.sort_values("P-value").iloc[0].Term == "KE149_Increase_Inflammation"


@pytest.mark.parametrize("name", ["/exports/gmt/ke-wp", "/exports/gmt/ke-go", "/exports/gmt/ke-reactome"])
def test_the_analysis_tool_finds_its_sets(fetch: Fetch, name: str) -> None:
    for line in fetch(name).read_text("utf-8").split("\n")[:-1]:
        assert not line.startswith("#")
        fields = line.split("\t")
        assert len(fields) >= 3
        assert re.search(r"^KE\s?(\d+)_", fields[0])
        assert len(set(fields[2:])) == len(fields[2:])
        if name.endswith("wp"):
            assert re.search(r"_(WP\d+)$", fields[0])


def test_titles_keep_to_their_field(fetch: Fetch) -> None:
    line = next(line for line in fetch("/exports/gmt/ke-wp").read_text("utf-8").splitlines() if "_WP254\t" in line)
    assert line.split("\t")[1:] == ['=1+1, "quoted" and tabbed', "CASP3", "TNF", "TP53"]
