"""How the backups do: the one judgement that health, metrics, the admin page and the container's check share."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from core import backups
from core.backups import Copy, Drill
from core.settings import Settings

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Upkeep:
    """The copies there are, newest first, and the last drill. `problem` says what to do; empty where all is well."""

    copies: tuple[Copy, ...]
    drill: Drill | None
    problem: str

    @property
    def newest(self) -> Copy | None:
        """The newest verified copy."""
        return next(iter(self.copies), None)

    def age(self, now: datetime) -> timedelta | None:
        """How old the newest copy is; None where there is none."""
        return None if self.newest is None else now - self.newest.at


def upkeep(settings: Settings, now: datetime, since: datetime) -> Upkeep:
    """How the backups do at this moment; there is something to back up since `since`."""
    copies = tuple(backups.listed(settings.backups_dir))
    drill = backups.last_drill(settings.backups_dir)
    return Upkeep(copies, drill, " ".join(_problems(settings, copies, drill, now, since)))


def _problems(
    settings: Settings, copies: tuple[Copy, ...], drill: Drill | None, now: datetime, since: datetime
) -> list[str]:
    """Nothing is asked of who makes no scheduled backups, as on one's own machine."""
    if not settings.backup_at:
        return []
    newest = copies[0] if copies else None
    said = [late(newest, now - (newest.at if newest else since), settings.backup_late_after)]
    if settings.backup_ship_command and newest and not newest.shipped and now - newest.at > HOUR:
        said.append("The newest backup has not left this machine: see what BACKUP_SHIP_COMMAND says.")
    if drill is not None and drill.problem:
        said.append(f"The last drill failed: {drill.problem}")
    return [words for words in said if words]


def late(newest: Copy | None, age: timedelta, allowed: timedelta) -> str:
    """What to do where a backup is late, which has been awaited for `age`; empty where it is not."""
    if age <= allowed:
        return ""
    waited = f"{age / HOUR:,.0f} h" if age > HOUR else f"{age / MINUTE:.0f} min"
    what = f"The newest backup is {waited} old" if newest else "There is no backup yet"
    return f"{what}: see whether cron runs, and what scripts/backup_db.sh says."
