"""The `codes` of `scripts.people`: make one, list them, revoke one."""

import argparse
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from core import people
from core.errors import Invalid
from core.store import codes, connection
from core.store.codes import Code

USUAL_LIFE = timedelta(days=14)
USUAL_USES = 30


def describe(parser: argparse.ArgumentParser) -> None:
    """What the command line may say after `codes`."""
    commands = parser.add_subparsers(dest="codes", required=True)
    make = commands.add_parser("make", help="make a code and print it; it cannot be shown again")
    make.add_argument("label", metavar="LABEL", help="what stands beside the decisions of whom it lets in")
    make.add_argument("--until", metavar="DAY", help="the last day, like 2026-12-01; else two weeks from now")
    make.add_argument("--uses", type=int, default=USUAL_USES, help=f"for how many people ({USUAL_USES})")
    commands.add_parser("list", help="all codes, newest first, without the codes themselves")
    commands.add_parser("revoke", help="let nobody in by it any more").add_argument("label", metavar="LABEL")


def do(database: Path, options: argparse.Namespace, now: datetime) -> None:
    """Do one of the commands, and say what was done."""
    if options.codes == "list":
        with connection.reader(database) as db:
            found = codes.every(db)
        print("\n".join(line(code, now) for code in found) or "There are no access codes.")
        return
    with connection.writer(database) as db, connection.transaction(db):
        if options.codes == "revoke":
            code, text = people.revoke_code(db, codes.by_label(db, options.label).id, None, now), ""
        else:
            code, text = people.make_code(db, options.label, _end(options.until, now), options.uses, None, now)
    print(text or line(code, now))


def line(code: Code, now: datetime) -> str:
    """A code on a line: label, state, how often it was used, its last day."""
    return f"{code.label:<30}  {code.state(now):<8}  {code.uses:>4} of {code.most_uses:<4}  until {code.last_day}"


def _end(until: str | None, now: datetime) -> datetime:
    try:
        last = date.fromisoformat(until) if until else (now + USUAL_LIFE).date()
    except ValueError:
        raise Invalid(f"--until is {until!r}, expected a day, like 2026-12-01.", "until") from None
    if last == date.max:  # there is no day after it
        return datetime.max.replace(tzinfo=UTC)
    return datetime.combine(last + timedelta(days=1), time(), UTC)
