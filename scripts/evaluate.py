"""Judge the suggestions on a real catalogue: `python -m scripts.evaluate --corpus DIR --gold FILE` (`make eval`).

The catalogue, in the neutral form, is brought into a database of its own, computed, ranked, and compared with what
curators chose, beside three baselines. Prints a table; every figure is a mean with its 95 % bootstrap interval.
"""

import argparse
import contextlib
import json
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from core import warm
from core.baselines import BASELINES, ranked
from core.encoder import EMBEDDED
from core.errors import OperatorError
from core.evaluation import Gold, Interval, Rankings, evaluated, key, summed
from core.model import Source
from core.sources import spec
from core.store import connection, key_events, targets
from scripts import import_catalogue, migrate, precompute
from scripts.command import run

TOP = 50
LEAST_GRADES = (2, 3)
OURS = "Keyway"
FIGURES = {"recall": "R@10", "ndcg": "nDCG@10", "mrr": "MRR", "hit": "hit@10"}


def main(arguments: Sequence[str]) -> None:
    """Import, compute, rank, judge, print."""
    options = _options(arguments)
    gold = read_gold(options.gold)
    with tempfile.TemporaryDirectory(prefix="keyway-eval-") as folder:
        db = imported(options.corpus, Path(folder))
        with contextlib.redirect_stdout(sys.stderr):
            precompute.main(["--db", str(db), "--out", f"{folder}/vectors", "--model", options.model])
        for source in Source:
            print("\n".join(table(source, gold, dict(rankings(db, Path(folder) / "vectors", source)), options.draws)))


def read_gold(path: Path) -> Gold:
    """The gold standard in a file: {"gold": {"KE 12": {"wp": {"WP1": 3}}}}. Raises OperatorError where it is none."""
    try:
        data = json.loads(path.read_text("utf-8"))
        gold: Gold = data.get("gold", data)
        known = any(grades for by_source in gold.values() for grades in by_source.values())
    except (OSError, ValueError, AttributeError) as error:
        raise OperatorError(f"{path} is no gold standard: {error}") from error
    if not known:
        raise OperatorError(f"{path} grades no target of any Key Event.")
    return gold


def imported(corpus: Path, folder: Path) -> Path:
    """A new database in `folder` with the catalogue in `corpus`; its files are named as the neutral form names them."""
    db = folder / "keyway.db"
    with contextlib.redirect_stdout(sys.stderr):
        migrate.main(["--db", str(db)])
        named = ["--aops", f"{corpus}/ke_aop_membership.json", "--genes", f"{corpus}/ke_genes.json"]
        import_catalogue.main(["--db", str(db), "--key-events", f"{corpus}/ke.jsonl", *named])
        for source in Source:
            files = [
                "--jsonl",
                f"{corpus}/{key(source)}.jsonl",
                "--gene-sets",
                f"{corpus}/{key(source)}_gene_sets.json",
            ]
            import_catalogue.main(["--db", str(db), "--source", source, *files])
    return db


def rankings(db: Path, vectors_dir: Path, source: Source) -> Iterator[tuple[str, Rankings]]:
    """Each method with its rankings of a source: the run in force, then the baselines."""
    with connection.reader(db) as reading:
        events, entries = key_events.catalogue(reading), targets.catalogue(reading, source)
    found = warm.load(vectors_dir, [each.id for each in events], {source: [each.accession for each in entries]})
    if found.problems:
        raise OperatorError("\n".join(found.problems))
    yield OURS, {each.label: [s.target.accession for s in found.suggestions(each.id)[:TOP]] for each in events}
    for name, baseline in BASELINES.items():
        yield name, ranked(baseline, events, entries, TOP)


def table(source: Source, gold: Gold, methods: Mapping[str, Rankings], draws: int) -> list[str]:
    """The lines of a source's table, one a method and least grade. None for a grade that no target has."""
    lines = []
    grades = {grade for by_source in gold.values() for grade in by_source.get(key(source), {}).values()}
    for least in sorted(grades.intersection(LEAST_GRADES)):
        judged = {name: evaluated(gold, found, source, least) for name, found in methods.items()}
        lines += ["", f"{spec(source).label}, grade {least} and above, {len(judged[OURS])} Key Events"]
        lines.append(" " * 18 + "".join(f"{head:>20}" for head in FIGURES.values()))
        for name, figures in judged.items():
            means = summed(figures, draws)
            lines.append(f"{name:18}" + "".join(_told(means[figure]) for figure in FIGURES))
    return lines


def _told(interval: Interval) -> str:
    return f"{interval.mean:7.3f} [{interval.low:.2f}, {interval.high:.2f}]".rjust(20)


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m scripts.evaluate", description=__doc__)
    parser.add_argument("--corpus", type=Path, required=True, help="a folder with a catalogue in the neutral form")
    parser.add_argument("--gold", type=Path, required=True, help="what curators chose, graded")
    parser.add_argument("--model", default=EMBEDDED, help="as for scripts.precompute")
    parser.add_argument("--draws", type=int, default=1000, help="of the bootstrap")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    run(main)
