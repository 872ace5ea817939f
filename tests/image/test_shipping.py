"""What docs/operations.md and .env.example say to ship backups with, said to the real programs."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from core import backups
from tests import servers
from tests.house import ROOT

pytestmark = pytest.mark.image
SAID = [
    command
    for page in ("docs/operations.md", ".env.example")
    for command in re.findall(r"^#?BACKUP_SHIP_COMMAND='(.*)'$", (ROOT / page).read_text("utf-8"), re.M)
]


def shipped(database: Path, tmp_path: Path, command: str, **needs: str) -> list[Path]:
    """Make a backup with this command set, where no home folder can be written. Returns the copy and its checksum."""
    data = tmp_path / "data"
    data.mkdir()
    shutil.copy(database, data / servers.DATABASE)
    environment = {"PATH": os.environ["PATH"], "HOME": "/proc/none", "DATA_DIR": str(data), "LANG": "C.UTF-8"}
    environment |= {"BACKUP_SHIP_COMMAND": command, **needs}
    done = subprocess.run([ROOT / "scripts/backup_db.sh"], env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    copy = backups.newest(data / "backups")
    assert copy is not None and copy.shipped
    return list(copy.files[:2])


@pytest.mark.parametrize("command", [each for each in SAID if "rclone" in each])
def test_rclone_takes_a_copy_and_its_checksum_away(database: Path, tmp_path: Path, command: str) -> None:
    there = tmp_path / "offsite"
    command = command.replace("offsite:keyway", f"offsite:{there}")
    for file in shipped(database, tmp_path, command, RCLONE_CONFIG_OFFSITE_TYPE="local"):
        assert (there / file.name).read_bytes() == file.read_bytes()


@pytest.mark.parametrize("command", [each for each in SAID if "restic" in each])
def test_restic_takes_a_copy_and_its_checksum_away(database: Path, tmp_path: Path, command: str) -> None:
    needs = {"RESTIC_REPOSITORY": str(tmp_path / "offsite"), "RESTIC_PASSWORD": "secret"}
    restic = {"env": os.environ | needs, "capture_output": True, "check": True}
    subprocess.run(["restic", "init", "--no-cache"], **restic)  # type: ignore[call-overload]
    for file in shipped(database, tmp_path, command, **needs):
        there = subprocess.run(["restic", "dump", "--no-cache", "latest", str(file)], **restic)  # type: ignore[call-overload]
        assert there.stdout == file.read_bytes()


def test_there_is_something_to_try() -> None:
    assert len(SAID) == 4
