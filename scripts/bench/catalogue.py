"""The catalogue that is measured on: the embedded one, or a folder in the neutral form under its usual names."""

import subprocess
import sys
from pathlib import Path

from core.model import Source
from core.settings import Settings
from scripts.prepare import build_vectors, prepare

SHORT = {Source.WIKIPATHWAYS: "wp"}  # how the files are called where not as their source
FILES = ("--key-events", "ke.jsonl"), ("--aops", "ke_aop_membership.json"), ("--genes", "ke_genes.json")


def fill(settings: Settings, corpus: Path | None) -> None:
    """Make the database and the vectors; over the embedded catalogue comes what `corpus` holds."""
    prepare(settings)
    if corpus is None:
        return
    _import(settings, *(part for option, name in FILES for part in (option, str(corpus / name))))
    for source in Source:
        short = SHORT.get(source, source)
        _import(
            settings, "--source", source, "--jsonl", str(corpus / f"{short}.jsonl"),
            "--gene-sets", str(corpus / f"{short}_gene_sets.json"),
        )  # fmt: skip
    build_vectors(settings)


def _import(settings: Settings, *arguments: str) -> None:
    command = [sys.executable, "-m", "scripts.import_catalogue", "--db", str(settings.database_path), *arguments]
    subprocess.run([*command, "--accept-shrink"], check=True)
