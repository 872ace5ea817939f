"""How every command ends: the exit code of its work, or a message a person can act on, never a traceback."""

import os
import sys
from collections.abc import Callable, Sequence
from typing import NoReturn

from core.errors import DomainError, OperatorError
from core.machine import IMAGE

REFUSED = 2
STOPPED = 130  # what a shell gives for Ctrl-C


def run(main: Callable[[Sequence[str]], None]) -> NoReturn:
    """Run `main(arguments)` and exit: 0, 2 with a message on stderr for an error of the domain or of the operator's,
    130 after Ctrl-C. `main` writes inside one transaction, so a command that did not end well wrote nothing."""
    try:
        refuse_root()
        main(sys.argv[1:])
    except (DomainError, OperatorError) as error:
        print(error, file=sys.stderr)
        sys.exit(REFUSED)
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)
        sys.exit(STOPPED)
    sys.exit(0)


def refuse_root() -> None:
    """Raise OperatorError for root in the image: files of the database that root made would lock the app out."""
    if os.geteuid() == 0 and IMAGE.exists():
        raise OperatorError("run this as the app's user: podman exec -u app …, docker compose exec -u app app …")
