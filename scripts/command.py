"""How every command ends: the exit code of its work, or a message a person can act on, never a traceback."""

import errno
import os
import signal
import sys
from collections.abc import Callable, Sequence
from types import FrameType
from typing import NoReturn

from core.errors import DomainError, OperatorError
from core.machine import IMAGE

REFUSED = 2
STOPPED = 130  # what a shell gives for Ctrl-C
UNHEARD = 141  # and for a program whose reader has left, as `| head` does
ENDS = (signal.SIGTERM, signal.SIGHUP)  # a service that is stopped, a terminal that is closed
FULL = (errno.ENOSPC, errno.EDQUOT)
SHUT = (errno.EACCES, errno.EPERM, errno.EROFS)


def run(main: Callable[[Sequence[str]], None]) -> NoReturn:
    """Run `main(arguments)` and exit: 0, 2 with a message on stderr for an error of the domain or of the operator's,
    130 after Ctrl-C or another signal that ends it politely, 141 where nobody reads what it says any more. `main`
    writes inside one transaction, so a command that did not end well wrote nothing."""
    end_as_by_ctrl_c()
    try:
        refuse_root()
        main(sys.argv[1:])
        sys.stdout.flush()
    except (DomainError, OperatorError) as error:
        print(error, file=sys.stderr)
        sys.exit(REFUSED)
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)
        sys.exit(STOPPED)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # Python says at the end what is not yet said
        sys.exit(UNHEARD)
    except OSError as error:
        print(way_out(error), file=sys.stderr)
        sys.exit(REFUSED)
    sys.exit(0)


def end_as_by_ctrl_c() -> None:
    """Have SIGTERM and SIGHUP end this process as Ctrl-C does, so that it clears away what is half made. What is
    ignored, as under nohup, stays ignored."""
    for which in ENDS:
        if signal.getsignal(which) == signal.SIG_DFL:
            signal.signal(which, _interrupt)


def _interrupt(signum: int, frame: FrameType | None) -> None:
    for which in ENDS:  # make and its shell pass on a signal that they got themselves: it comes twice
        signal.signal(which, signal.SIG_IGN)
    raise KeyboardInterrupt


def way_out(error: OSError) -> str:
    """What an operator does about a disk that is full or a file that may not be written. Raises any other error: it is
    a fault of ours."""
    if error.errno not in FULL + SHUT:
        raise error
    place = error.filename or "the data folder"
    mend = "make room" if error.errno in FULL else f"it must belong to the user {os.geteuid()}"
    return f"{place}: {error.strerror}; {mend}, then run this again"


def refuse_root() -> None:
    """Raise OperatorError for root in the image: files of the database that root made would lock the app out."""
    if os.geteuid() == 0 and IMAGE.exists():
        raise OperatorError("run this as the app's user: podman exec -u app …, docker compose exec -u app app …")
