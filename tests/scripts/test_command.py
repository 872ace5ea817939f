"""However a command ends, its exit code says how, and nobody reads a traceback."""

import subprocess
import sys
from subprocess import PIPE

from scripts.command import UNHEARD
from tests.house import ROOT

TALKS = "from scripts import command; command.run(lambda _: [print('much to say') for _ in range(100_000)])"


def test_a_reader_who_has_heard_enough_may_leave() -> None:
    with subprocess.Popen([sys.executable, "-c", TALKS], cwd=ROOT, stdout=PIPE, stderr=PIPE, text=True) as command:
        assert command.stdout and command.stderr
        assert command.stdout.readline() == "much to say\n"
        command.stdout.close()
        assert command.stderr.read() == ""
    assert command.returncode == UNHEARD


def test_little_said_to_nobody_ends_the_same() -> None:
    """What still waits to be said is said before the end, or it would be told as a fault of Python's."""
    little = TALKS.replace("100_000", "1")
    with subprocess.Popen(
        [sys.executable, "-c", f"input(); {little}"], cwd=ROOT, stdin=PIPE, stdout=PIPE, stderr=PIPE, text=True
    ) as command:
        assert command.stdin and command.stdout and command.stderr
        command.stdout.close()
        command.stdin.write("go\n")
        command.stdin.close()
        assert command.stderr.read() == ""
    assert command.returncode == UNHEARD
