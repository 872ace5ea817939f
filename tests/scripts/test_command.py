"""However a command ends, its exit code says how, and nobody reads a traceback."""

import errno
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from subprocess import PIPE

import pytest

from scripts import command
from scripts.command import ENDS, STOPPED, UNHEARD
from tests.house import ROOT

HANGS_UP = "from scripts import command; command.run(lambda _: signal.raise_signal(signal.SIGHUP))"
TALKS = "from scripts import command; command.run(lambda _: [print('much to say') for _ in range(100_000)])"


def test_a_reader_who_has_heard_enough_may_leave() -> None:
    with subprocess.Popen([sys.executable, "-c", TALKS], cwd=ROOT, stdout=PIPE, stderr=PIPE, text=True) as talking:
        assert talking.stdout and talking.stderr
        assert talking.stdout.readline() == "much to say\n"
        talking.stdout.close()
        assert talking.stderr.read() == ""
    assert talking.returncode == UNHEARD


def test_little_said_to_nobody_ends_the_same() -> None:
    """What still waits to be said is said before the end, or it would be told as a fault of Python's."""
    little = TALKS.replace("100_000", "1")
    with subprocess.Popen(
        [sys.executable, "-c", f"input(); {little}"], cwd=ROOT, stdin=PIPE, stdout=PIPE, stderr=PIPE, text=True
    ) as talking:
        assert talking.stdin and talking.stdout and talking.stderr
        talking.stdout.close()
        talking.stdin.write("go\n")
        talking.stdin.close()
        assert talking.stderr.read() == ""
    assert talking.returncode == UNHEARD


WORKS = """
import tempfile
from scripts import command
def works(arguments):
    with tempfile.TemporaryDirectory(dir=arguments[0]):
        print("half made", flush=True)
        input()
command.run(works)
"""


@pytest.mark.parametrize("which", ENDS)
def test_what_ends_it_politely_leaves_nothing_half_made(tmp_path: Path, which: signal.Signals) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", WORKS, str(tmp_path)], cwd=ROOT, stdin=PIPE, stdout=PIPE, stderr=PIPE, text=True
    ) as working:
        assert working.stdout and working.stderr
        assert working.stdout.readline() == "half made\n"
        assert list(tmp_path.iterdir())
        working.send_signal(which)
        assert working.stderr.read() == "\nStopped.\n"
    assert working.returncode == STOPPED
    assert not list(tmp_path.iterdir())


def test_what_is_told_to_outlive_its_terminal_does() -> None:
    told = f"import signal; signal.signal(signal.SIGHUP, signal.SIG_IGN); {HANGS_UP}"
    assert subprocess.run([sys.executable, "-c", told], cwd=ROOT).returncode == 0


def ends(code: int, error: OSError) -> None:
    """A command that meets this error ends with this code."""

    def fails(arguments: Sequence[str]) -> None:
        raise error

    with pytest.raises(SystemExit) as ended:
        command.run(fails)
    assert ended.value.code == code


def test_a_full_disk_is_told_in_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    ends(2, OSError(errno.ENOSPC, "No space left on device"))
    assert capsys.readouterr().err == "the data folder: No space left on device; make room, then run this again\n"


def test_a_file_of_somebody_elses_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    ends(2, PermissionError(errno.EACCES, "Permission denied", "data/backups/.lock"))
    assert "data/backups/.lock: Permission denied; it must belong to the user" in capsys.readouterr().err


def test_any_other_error_is_a_fault_of_ours() -> None:
    with pytest.raises(ConnectionRefusedError):
        ends(2, ConnectionRefusedError(errno.ECONNREFUSED, "Connection refused"))
