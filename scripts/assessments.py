"""What another version of an instrument would change: `python -m scripts.assessments --db DB [--draft FILE]`.

Without a draft, assessments made with an older version are reckoned with the one in use. A draft is JSON that says what
differs from it: {"instrument": "pathway", "version": "2", "high": 5.5, "points": {"basis": {"known": 4}}}.
Nothing is written: tiers that were given stay as they were given.
"""

import argparse
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from core import instruments, settings, tiers
from core.errors import Invalid
from core.instruments import Instrument
from core.model import Tier
from core.store import connection
from core.tiers import Again
from scripts.command import run

SHOWN = 20


def main(arguments: Sequence[str]) -> None:
    """Print how the tiers of all mappings that wait or are in force would move, and which ones."""
    parser = argparse.ArgumentParser(
        prog="python -m scripts.assessments", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--db", type=Path, help="the database file (DATABASE_PATH)")
    parser.add_argument("--draft", type=Path, help="a JSON file that says what differs from the version in use")
    parser.add_argument("--all", action="store_true", help=f"list every changed mapping, not only the first {SHOWN}")
    options = parser.parse_args(arguments)
    wanted = dict(instruments.CURRENT)
    if options.draft:
        draft = read_draft(options.draft)
        wanted = {draft.name: draft}
    with connection.reader(options.db or settings.read().database_path) as db, connection.snapshot(db):
        found = list(tiers.again(db, wanted))
    for instrument in wanted.values():
        mine = [each for each in found if each.before.instrument == instrument.name]
        report(instrument, mine, None if options.all else SHOWN)


def read_draft(path: Path) -> Instrument:
    """The instrument that a file describes by its differences. Raises Invalid naming what is wrong in it."""
    try:
        said = json.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise Invalid(f"{path} cannot be read as JSON: {error}", "draft") from error
    return tiers.draft(said)


def report(instrument: Instrument, found: Sequence[Again], most: int | None) -> None:
    """Print one instrument's table of tiers before and after, and the mappings whose tier would change."""
    print(f"{instrument.name}, version {instrument.version}: {len(found):,} assessments in force or waiting")
    if not found:
        return
    moves = Counter((each.before.tier, each.after.tier if each.after else None) for each in found)
    rows: list[tuple[str, ...]] = [("before \\ after", *Tier, "cannot be reckoned")]
    rows += [(was, *(f"{moves[was, is_now]:,}" for is_now in (*Tier, None))) for was in Tier]
    print("\n".join("  " + "  ".join(cell.rjust(max(14, len(cell))) for cell in row) for row in rows))
    changed = [each for each in found if each.after is None or each.after.tier != each.before.tier]
    print(f"  {len(changed):,} would change")
    for line in lines(changed[:most]):
        print(f"    {line}")
    if most is not None and len(changed) > most:
        print(f"    and {len(changed) - most:,} more; --all lists them")


def lines(changed: Iterable[Again]) -> Iterable[str]:
    """Two lines a mapping: its points and tier before and after, and both of its sides by name."""
    for each in changed:
        was = f"{each.before.tier} ({each.before.score:g})"
        now = f"{each.after.tier} ({each.after.score:g})" if each.after else each.why_not
        stands = "in force" if each.in_force else "waiting"
        yield f"KE {each.pair.key_event} {each.pair.target}, {stands}: {was} → {now}"
        yield f"    {each.key_event} — {each.target}"


if __name__ == "__main__":
    run(main)
