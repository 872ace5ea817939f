"""What an import changes: what came, held against what stands. Pure; both sides are rows by their id in the files."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from core.errors import Invalid
from core.model import KeyEvent, Target

T = TypeVar("T", KeyEvent, Target)

LEAST_SHARE = 0.9  # of the rows that stand; fewer look like a file that broke off


@dataclass(frozen=True, slots=True)
class Difference(Generic[T]):
    """The rows that differ: `back` had been withdrawn, `withdrawn` stand but did not come. `total` is what came;
    `reworded` are those that came and have another text than before, not only other genes."""

    total: int
    added: tuple[T, ...]
    changed: tuple[T, ...]
    back: tuple[T, ...]
    withdrawn: tuple[T, ...]
    reworded: tuple[T, ...]

    @property
    def written(self) -> tuple[T, ...]:
        """Every row that is to be written as it came."""
        return self.added + self.changed + self.back

    @property
    def unchanged(self) -> int:
        """How many rows stand as they came."""
        return self.total - len(self.written)


def difference(standing: Mapping[str, T], came: Mapping[str, T]) -> Difference[T]:
    """Compare, in the order of `came`."""
    known = {id: row for id, row in came.items() if id in standing}
    added = tuple(row for id, row in came.items() if id not in standing)
    changed = {id: row for id, row in known.items() if not standing[id].withdrawn and row != standing[id]}
    back = tuple(row for id, row in known.items() if standing[id].withdrawn)
    reworded = tuple(row for id, row in changed.items() if row != replace(standing[id], genes=row.genes))
    return Difference(
        total=len(came),
        added=added,
        changed=tuple(changed.values()),
        back=back,
        reworded=added + back + reworded,
        withdrawn=tuple(row for id, row in standing.items() if id not in came and not row.withdrawn),
    )


def with_genes(came: Mapping[str, T], gene_sets: Mapping[str, tuple[str, ...]]) -> dict[str, T]:
    """The rows with their genes; none where there is no set."""
    return {id: replace(row, genes=gene_sets.get(id, ())) for id, row in came.items()}


def in_force(rows: Mapping[str, T]) -> int:
    """How many rows are not withdrawn."""
    return sum(not row.withdrawn for row in rows.values())


def refuse_shrink(name: str, standing: Mapping[str, T], total: int) -> None:
    """Raise Invalid where fewer than nine tenths of the rows that are not withdrawn came in the file `name`."""
    before = in_force(standing)
    if total < before * LEAST_SHARE:
        raise Invalid(
            f"{name} has {total:,} rows where {before:,} stand now, a fall of more than 10 %; "
            "if it is complete, import it with --accept-shrink."
        )
