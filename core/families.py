"""Families of a list: targets of which one stands above or beside another in its source's hierarchy, all shown."""

from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Family(Generic[T]):
    """Whom of its relatives a target meets in the list, each in the order of the list."""

    ancestors: tuple[T, ...] = ()
    siblings: tuple[T, ...] = ()
    descendants: tuple[T, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.ancestors or self.siblings or self.descendants)


def families(listed: Sequence[T], parents: Callable[[T], Collection[T]]) -> dict[T, Family[T]]:
    """The family of each target that has relatives in the list, in the order of the list.

    `parents` gives what stands directly above a target, listed or not; it is asked once for each. A hierarchy that runs
    in a circle is read once around, and nobody is their own ancestor. Siblings have something directly above both, and
    none of them is above the other.
    """
    known: dict[T, Collection[T]] = {}
    here = frozenset(listed)
    above = {target: _ancestors(target, parents, known) & here for target in listed}
    below, children = _turned(listed, above), _turned(listed, known)
    found = {}
    for target in listed:
        beside = {child for parent in known[target] for child in children[parent]}
        beside -= {target, *above[target], *below.get(target, ())}
        ancestors, siblings = (tuple(each for each in listed if each in some) for some in (above[target], beside))
        found[target] = Family(ancestors, siblings, tuple(below.get(target, ())))
    return {target: family for target, family in found.items() if family}


def _turned(listed: Sequence[T], over: Mapping[T, Collection[T]]) -> dict[T, list[T]]:
    """Who of the list stands below each, in its order."""
    under: dict[T, list[T]] = {}
    for target in listed:
        for other in over[target]:
            under.setdefault(other, []).append(target)
    return under


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
