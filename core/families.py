"""Families of a list: targets of which one stands above another in its source's hierarchy, both kept, both shown."""

from collections.abc import Callable, Collection, Hashable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Family(Generic[T]):
    """Whom of its relatives a target meets in the list, each in the order of the list."""

    ancestors: tuple[T, ...]
    descendants: tuple[T, ...]


def families(listed: Sequence[T], parents: Callable[[T], Collection[T]]) -> dict[T, Family[T]]:
    """The family of each target that has relatives in the list, in the order of the list.

    `parents` gives what stands directly above a target, listed or not; it is asked once for each. A hierarchy that runs
    in a circle is read once around, and nobody is their own ancestor.
    """
    known: dict[T, Collection[T]] = {}
    here = frozenset(listed)
    above = {target: _ancestors(target, parents, known) & here for target in listed}
    below: dict[T, list[T]] = {}
    for target in listed:
        for other in above[target]:
            below.setdefault(other, []).append(target)
    return {
        target: Family(tuple(other for other in listed if other in above[target]), tuple(below.get(target, ())))
        for target in listed
        if above[target] or target in below
    }


def _ancestors(target: T, parents: Callable[[T], Collection[T]], known: dict[T, Collection[T]]) -> set[T]:
    found: set[T] = set()
    waiting = [target]
    while waiting:
        each = waiting.pop()
        if each not in known:
            known[each] = parents(each)
        fresh = set(known[each]) - found
        found |= fresh
        waiting.extend(fresh)
    return found - {target}
