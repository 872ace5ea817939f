"""How the backups do: the one judgement that health, metrics, the admin page and the container's check share."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from core import backups
from core.backups import Copy, Drill
from core.settings import Settings

HOUR = timedelta(hours=1)


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
    said = []
    age = now - (copies[0].at if copies else since)
    if age > settings.backup_late_after:
        what = f"The newest backup is {age / HOUR:,.0f} h old" if copies else "There is no backup yet"
        said.append(f"{what}: see whether cron runs, and what scripts/backup_db.sh says.")
    if settings.backup_ship_command and copies and not copies[0].shipped and now - copies[0].at > HOUR:
        said.append("The newest backup has not left this machine: see what BACKUP_SHIP_COMMAND says.")
    if drill is not None and drill.problem:
        said.append(f"The last drill failed: {drill.problem}")
    return said
