"""What a typed text asks of Key Events or targets: each of its words stands in the text, or names one of the genes."""

import sqlite3
from dataclasses import dataclass

from core.store import gene_sets, genes, search


@dataclass(frozen=True, slots=True)
class Sought:
    """A text as FTS5 reads it. `match` is for rows with every word in their text, empty where there is no word; `whole`
    is that without words that go on.

    `others` is `match` for the words that name no gene, and `either` has for each other word what to MATCH in the text
    and what among the sets of genes.
    """

    text: str
    match: str
    whole: str
    others: str
    either: tuple[tuple[str, str], ...]


def read(db: sqlite3.Connection, text: str) -> Sought:
    """What `text` asks for. Any text is allowed."""
    meant = genes.meant(db, text)
    also = {word: [gene.symbol.lower() for gene in named if gene.symbol.isalnum()] for word, named in meant.items()}
    pieces = search.pieces(text, also)
    return Sought(
        text=search.storable(text),
        match=search.every(pieces),
        whole=search.every(search.pieces(text, also, unfinished=False)),
        others=search.every(piece for piece in pieces if piece.word not in meant),
        either=tuple(
            (piece.match, gene_sets.anyone([gene.id for gene in meant[piece.word]]))
            for piece in pieces
            if piece.word in meant
        ),
    )


def clause(owner: str, sought: Sought) -> tuple[str, dict[str, object]]:
    """A condition on rows of `owner` (`target` or `key_event`), and its values; nothing fulfils that of no words."""
    in_text = f"{owner}.id IN (SELECT rowid FROM {owner}_text WHERE {owner}_text MATCH :{{}})"
    in_genes = f"{owner}.gene_set IN (SELECT rowid FROM gene_set_text WHERE gene_set_text MATCH :{{}})"
    clauses, values = [], dict[str, object]()
    if sought.others or not sought.either:
        clauses.append(in_text.format("others") if sought.others else "0")
        values["others"] = sought.others
    for place, (word, having) in enumerate(sought.either):
        clauses.append(f"({in_text.format(f'word_{place}')} OR {in_genes.format(f'genes_{place}')})")
        values |= {f"word_{place}": word, f"genes_{place}": having}
    return " AND ".join(clauses), values
