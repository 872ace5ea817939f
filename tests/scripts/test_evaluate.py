"""Somebody judges the suggestions on a catalogue and a gold standard of their own."""

import json
from pathlib import Path

import pytest

from core.errors import OperatorError
from scripts import evaluate
from tests import catalogues


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """A folder in the neutral form."""
    rows = {"ke": catalogues.KEY_EVENTS, "wp": catalogues.PATHWAYS, "go": catalogues.TERMS}
    rows["reactome"] = ({"id": "R-HSA-109581", "title": "Apoptosis"},)
    sides = {
        "ke_aop_membership": catalogues.AOPS,
        "ke_genes": catalogues.GENES,
        "wp_gene_sets": catalogues.PATHWAY_GENES,
    }
    for name, entries in rows.items():
        (tmp_path / f"{name}.jsonl").write_text("\n".join(map(json.dumps, entries)))
    for name in ("ke_aop_membership", "ke_genes", "wp_gene_sets", "go_gene_sets", "reactome_gene_sets"):
        (tmp_path / f"{name}.json").write_text(
            json.dumps(sides.get(name, {"R-HSA-109581": ["TP53"], "GO:0072593": ["SOD1"]}))
        )
    return tmp_path


def test_the_table_has_every_method_and_an_interval(corpus: Path, capsys: pytest.CaptureFixture[str]) -> None:
    gold = {"gold": {"KE 1115": {"wp": {"WP408": 3}, "go": {"GO:0072593": 2}}}}
    (corpus / "gold.json").write_text(json.dumps(gold))
    evaluate.main(["--corpus", str(corpus), "--gold", str(corpus / "gold.json"), "--draws", "10"])
    told = capsys.readouterr().out
    assert "WikiPathways, grade 3 and above, 1 Key Events" in told
    assert "Gene Ontology, grade 2 and above, 1 Key Events" in told and "Reactome, grade" not in told
    for method in ("Keyway", "BM25F", "character TF-IDF", "LSA 512"):
        assert told.count(method) == 2
    assert "1.000 [1.00, 1.00]" in told


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"gold": {"KE 1": {}}}', '{"gold": 3}'])
def test_what_is_no_gold_standard_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "gold.json").write_text(content)
    with pytest.raises(OperatorError, match=r"gold\.json"):
        evaluate.read_gold(tmp_path / "gold.json")


def test_a_corpus_that_is_not_there_is_told(tmp_path: Path) -> None:
    (tmp_path / "gold.json").write_text('{"KE 1": {"wp": {"WP1": 3}}}')
    with pytest.raises(OperatorError, match=r"cannot read .*ke\.jsonl"):
        evaluate.main(["--corpus", str(tmp_path), "--gold", str(tmp_path / "gold.json")])
