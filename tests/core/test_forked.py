"""What cannot be done after a fork is found out before workers try."""

import subprocess
import sys
import threading

import pytest

from core import forked
from tests.house import ROOT

ALL_THE_TIME_S = 600  # what ends is waited for until it does
# Torch with the threads that it likes to have, warmed before the fork, as nobody should: OpenMP waits in the child for
# threads that stayed with the parent.
THREADED = """
import torch
from core import forked
torch.set_num_threads(4)
work = lambda: torch.ones(3000, 3000) @ torch.ones(3000, 3000)
work()
print(repr(forked.problem(work, 3)))
torch.set_num_threads(1)
"""


def test_what_works_is_no_problem() -> None:
    assert forked.problem(lambda: 1 + 1, ALL_THE_TIME_S) == ""


def test_what_fails_is_told(capfd: pytest.CaptureFixture[str]) -> None:
    assert forked.problem(lambda: [][1], ALL_THE_TIME_S) == "it failed; the error is above"
    assert "IndexError" in capfd.readouterr().err


def test_what_waits_for_a_thread_that_stayed_behind_is_not_waited_for() -> None:
    lock = threading.Lock()
    with lock:
        assert forked.problem(lock.acquire, 0.3) == "it did not end within 0 s"


@pytest.mark.slow
def test_torch_with_its_own_threads_hangs_and_is_found_out() -> None:
    """The control: the trap is real on this machine."""
    done = subprocess.run([sys.executable, "-c", THREADED], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout == "'it did not end within 3 s'\n", done.stdout + done.stderr
