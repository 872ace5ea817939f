"""Looking for anything by what a person types: Key Events, AOPs, genes and targets in one go."""

import sqlite3
from dataclasses import dataclass

from core.model import Aop, Source
from core.store import chains, genes, hierarchy, hits, search
from core.store.genes import Hit
from core.store.hierarchy import Relative
from core.store.hits import KeyEventHit, TargetHit

MOST_GENES = 6


@dataclass(frozen=True, slots=True)
class Found:
    """What a text means, the best of each kind first. `led` are the targets to which an id leads that was given up,
    `gone` what has that id and was withdrawn."""

    genes: tuple[Hit, ...]
    key_events: tuple[KeyEventHit, ...]
    aops: tuple[Aop, ...]
    targets: tuple[TargetHit, ...]
    led: tuple[Relative, ...]
    gone: tuple[TargetHit | KeyEventHit, ...]

    def __bool__(self) -> bool:
        return bool(self.genes or self.key_events or self.aops or self.targets or self.led or self.gone)


def anything(db: sqlite3.Connection, text: str, source: Source | None, most: int) -> Found:
    """What all words of `text` name, `most` of each kind at most; targets of one source where one is given."""
    names, _ = chains.page(db, chains.Filter(text=search.storable(text)), 1, most) if search.pieces(text) else ([], 0)
    return Found(
        genes=tuple(genes.named(db, text, MOST_GENES)),
        key_events=tuple(hits.key_events(db, text, most)),
        aops=tuple(row.aop for row in names),
        targets=tuple(hits.targets(db, text, source, most)),
        led=tuple(hierarchy.led(db, search.storable(text).upper())),
        gone=tuple(hits.gone(db, text)),
    )
