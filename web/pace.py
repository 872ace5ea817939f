"""How fast anybody may write: a measure that all workers share, in memory that was mapped before they were forked.

Somebody may write `per_minute` times at once, and from then on at that rate. One number a person is kept: the moment
at which their measure will be empty again (the generic cell rate algorithm). Two workers that change it in the same
instant let one write more through, which harms nobody; there is no lock that a killed worker could leave behind.
"""

import mmap
import struct
from collections.abc import Callable
from hashlib import blake2b
from math import ceil
from time import monotonic

from starlette.requests import Request

from core.errors import TooMany
from core.model import Person, Role

PLACES = 1 << 16  # for persons; as many again for addresses
MOMENT = struct.Struct("=d")
MINUTE = 60.0


class Pace:
    """To be made before the fork. `per_minute` 0: everybody may write as fast as they like."""

    def __init__(self, per_minute: int, clock: Callable[[], float] = monotonic) -> None:
        self.per_minute = per_minute
        self._clock = clock
        self._moments = mmap.mmap(-1, 2 * PLACES * MOMENT.size)

    def refuse_fast(self, request: Request, visitor: Person | None) -> None:
        """Raise TooMany where this visitor has written too much. Reviewers never have: approving is quick work."""
        who = place(request, visitor)
        if not self.per_minute or who is None:
            return
        over = self._moment(who) - self._clock() - MINUTE + MINUTE / self.per_minute
        if over > 0:
            wait = ceil(over)
            raise TooMany(
                f"At most {self.per_minute} writes a minute are taken from one person; this one was not saved. "
                f"Go on in {wait} s.",
                wait,
            )

    def note(self, request: Request, visitor: Person | None) -> None:
        """Count a write that was accepted."""
        who = place(request, visitor)
        if self.per_minute and who is not None:
            moment = max(self._moment(who), self._clock()) + MINUTE / self.per_minute
            MOMENT.pack_into(self._moments, who * MOMENT.size, moment)

    def _moment(self, who: int) -> float:
        found: float = MOMENT.unpack_from(self._moments, who * MOMENT.size)[0]
        return found


def place(request: Request, visitor: Person | None) -> int | None:
    """Where somebody's number is: the person's, else that of the address they come from. None for reviewers."""
    if visitor is not None:
        return None if visitor.may(Role.REVIEWER) else visitor.id % PLACES
    address = request.client.host if request.client else ""
    return PLACES + int.from_bytes(blake2b(address.encode(), digest_size=2).digest())
