"""What a server uses of the machine, by /proc: a process with its children, grandchildren and so on."""

import os
from pathlib import Path

OWN, OF_ENDED_CHILDREN = slice(11, 13), slice(13, 15)  # user and system time among what stat says after the name
TICKS = os.sysconf("SC_CLK_TCK")


def tree(process: int) -> list[int]:
    """A process and its children, grandchildren …"""
    children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    return [process, *(each for child in children for each in tree(int(child)))]


def memory(process: int) -> float:
    """What the tree takes of the machine's memory, in MB: its proportional set sizes, so that what is shared counts
    once."""
    return sum(map(_pss, tree(process)))


def _pss(process: int) -> float:
    for line in Path(f"/proc/{process}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1000
    return 0.0


def cpu_s(process: int) -> float:
    """Seconds of CPU that the tree has used so far, with those of children that have ended. Unlike how long an answer
    takes, it hardly depends on what else the machine does."""
    return sum(sum(_times(each, OWN) + _times(each, OF_ENDED_CHILDREN)) for each in tree(process)) / TICKS


def _times(process: int, which: slice) -> list[int]:
    return [int(ticks) for ticks in Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[which]]
