"""Computing a run: a catalogue and an encoder in, vector files out. Pure but for the encoder."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from core.bags import Bags, bags, grams, symbols
from core.model import Source, Target
from core.ranking import unit
from core.recipe import Recipe, Weights
from core.scoring import Scorer, expected_genes, strongest
from core.texts import Catalogue, Field, key_event_fields, own_text_fields, target_fields, without_direction
from core.vectors import Vectors

Floats = npt.NDArray[np.float32]
Encode = Callable[[str, Sequence[str]], Floats]


def composed(fields: Sequence[Field], encode: Encode, width: int) -> Floats:
    """(n, width) float32: the unit weighted sum of the unit means of each field. A field that is empty for a thing, or
    in which nothing is known, does not count for it; a thing without any is a zero row.

    `encode` gets the name of the field and its texts.
    """
    total = np.zeros((len(fields[0].texts), width), np.float32)
    for field in fields:
        flat = [text for texts in field.texts for text in texts]
        if not field.weight or not flat:
            continue
        rows = encode(field.name, flat)
        owners = np.repeat(np.arange(len(total)), [len(texts) for texts in field.texts])
        sums = np.zeros_like(total)
        np.add.at(sums, owners, rows)
        total += np.float32(field.weight) * unit(sums)
    return unit(total)


def key_event_vectors(
    catalogue: Catalogue, recipe: Recipe, encode: Encode, width: int, about: Mapping[str, object]
) -> Vectors:
    """The Key Events as queries, by id, without expected genes yet."""
    key_events = catalogue.key_events
    matrix = composed(key_event_fields(key_events, recipe.key_event), encode, width)
    return Vectors(
        np.array([str(each.id) for each in key_events], dtype=np.str_),
        matrix,
        bags([grams(without_direction(each.title)) for each in key_events]),
        bags([symbols(each.genes) for each in key_events]),
        _none(len(key_events)),
        about,
        neighbours([catalogue.aops.get(each.id, ()) for each in key_events], matrix),
    )


def neighbours(aops: Sequence[Sequence[int]], rows: Floats) -> Floats:
    """(n, width) float32: for each Key Event the unit mean of the rows of those it shares AOPs with, zero where it
    shares none. `aops` are the AOPs of each; an AOP of k Key Events counts 1 ÷ (k − 1) for each pair in it, because a
    short chain says more of its events than a long one.
    """
    column = {aop: place for place, aop in enumerate(sorted({aop for each in aops for aop in each}))}
    member = np.zeros((len(aops), len(column)), np.float32)
    for row, each in enumerate(aops):
        member[row, [column[aop] for aop in each]] = 1
    shared = (member / np.maximum(member.sum(axis=0) - 1, 1)) @ member.T
    np.fill_diagonal(shared, 0)
    return unit(shared @ rows)


def target_vectors(
    source: Source, targets: Sequence[Target], recipe: Recipe, encode: Encode, width: int, about: Mapping[str, object]
) -> Vectors:
    """A source's targets, by accession."""
    return Vectors(
        np.array([each.accession for each in targets], dtype=np.str_),
        composed(target_fields(source, targets, recipe.targets[source]), encode, width),
        bags([grams(each.title) for each in targets]),
        bags([symbols(each.genes) for each in targets]),
        _none(len(targets)),
        about,
    )


def with_expected_genes(queries: Vectors, targets: Mapping[Source, Vectors], recipe: Recipe) -> Vectors:
    """The queries with the genes that the best targets of all sources have, each source speaking with equal weight."""
    sums: list[dict[int, float]] = [{} for _ in range(len(queries))]
    for source, vectors in targets.items():
        first = Scorer(vectors, _without_expected(recipe.weights[source]))
        for total, part in zip(
            sums,
            expected_genes(first.rank_all(queries, recipe.bridge.targets), vectors.genes, recipe.bridge),
            strict=True,
        ):
            for feature, value in part.items():
                total[feature] = total.get(feature, 0.0) + value
    return replace(queries, expected=bags([strongest(each) for each in sums]))


def _without_expected(weights: Weights) -> Weights:
    return replace(weights, genes=0.0, expected=0.0, neighbours=0.0)


def _none(size: int) -> Bags:
    return bags([{} for _ in range(size)])


def flat_fields(catalogue: Catalogue, recipe: Recipe) -> dict[str, list[str]]:
    """Every text that a run of this recipe encodes, by field, each text once and in the order of the catalogue."""
    found = [*key_event_fields(catalogue.key_events, recipe.key_event)]
    for source, targets in catalogue.targets.items():
        found += target_fields(source, targets, recipe.targets[source])
        found += own_text_fields(source, targets)
    flat: dict[str, dict[str, None]] = {}
    for field in found:
        flat.setdefault(field.name, {}).update(dict.fromkeys(text for texts in field.texts for text in texts))
    return {name: list(texts) for name, texts in flat.items()}


def own_texts(source: Source, targets: Sequence[Target], encode: Encode) -> tuple[Floats, tuple[Floats, Floats] | None]:
    """What the build check compares: unit rows of all titles, and of titles and texts of the targets that have one."""
    title, text = own_text_fields(source, targets)
    titles = encode(title.name, [each for (each,) in title.texts])
    own = [row for row, texts in enumerate(text.texts) if texts]
    if not own:
        return titles, None
    return titles, (titles[own], encode(text.name, [text.texts[row][0] for row in own]))
