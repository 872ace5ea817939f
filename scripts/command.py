"""How every command ends: the exit code of its work, or a message a person can act on, never a traceback."""

import sys
from collections.abc import Callable, Sequence
from typing import NoReturn

from core.errors import DomainError, OperatorError

REFUSED = 2
STOPPED = 130  # what a shell gives for Ctrl-C


def run(main: Callable[[Sequence[str]], None]) -> NoReturn:
    """Run `main(arguments)` and exit: 0, 2 with a message on stderr for an error of the domain or of the operator's,
    130 after Ctrl-C. `main` writes inside one transaction, so a command that did not end well wrote nothing."""
    try:
        main(sys.argv[1:])
    except (DomainError, OperatorError) as error:
        print(error, file=sys.stderr)
        sys.exit(REFUSED)
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)
        sys.exit(STOPPED)
    sys.exit(0)
