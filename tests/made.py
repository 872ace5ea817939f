"""Runs for tests: a catalogue of a few dozen entries, computed by the real command."""

import json
import shutil
from pathlib import Path

from core.model import Source
from core.store import connection, key_events, targets
from core.warm import Warm, load
from scripts import import_catalogue, migrate, precompute

DATA = Path(__file__).resolve().parents[1] / "core" / "data"


def database(folder: Path) -> Path:
    """A new database with the embedded catalogue."""
    path = folder / "keyway.db"
    migrate.main(["--db", str(path)])
    for source in Source:
        files = ["--jsonl", str(DATA / f"{source}.jsonl"), "--gene-sets", str(DATA / f"{source}_genes.json")]
        import_catalogue.main(["--db", str(path), "--source", source, *files])
    files = ["--aops", "aops.json", "--genes", "key_event_genes.json"]
    named = [str(DATA / each) if "." in each else each for each in files]
    import_catalogue.main(["--db", str(path), "--key-events", str(DATA / "key_events.jsonl"), *named])
    return path


def run(db: Path, out: Path, *more: str) -> Path:
    """Compute a run; the folder of it."""
    precompute.main(["--db", str(db), "--out", str(out), "--model", "embedded", *more])
    return out / (out / "current").read_text().strip()


def copied(vectors_dir: Path, place: Path) -> Path:
    """A copy of the runs that a test may break; the folder of the one in force."""
    shutil.copytree(vectors_dir, place)
    return place / (place / "current").read_text().strip()


def taken_up(db: Path, vectors_dir: Path) -> Warm:
    """What the server would make of the runs when it starts on this database."""
    with connection.reader(db) as reading:
        wanted = {source: targets.accessions(reading, source) for source in Source}
        return load(vectors_dir, key_events.ids(reading), wanted)


def edited(run: Path, **changes: object) -> None:
    """Change what a run says of itself."""
    file = run / "run.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | changes))
