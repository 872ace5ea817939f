"""Which texts of the catalogue are read, and how much each weighs: the one way from a Key Event or target to words."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from core.model import KeyEvent, Source, Target
from core.recipe import DIRECTION_WORDS, Texts, fingerprint


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Everything that a run is computed from: Key Events by id, each source's targets by accession, and the numbers of
    the AOPs that a Key Event is in."""

    key_events: Sequence[KeyEvent]
    targets: Mapping[Source, Sequence[Target]]
    aops: Mapping[int, Sequence[int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Field:
    """One text field of many things: `texts` holds, for each of them, none, one or several texts of equal weight."""

    name: str
    weight: float
    texts: Sequence[tuple[str, ...]]


TITLE, DESCRIPTION, SYNONYMS = "title", "description", "synonyms"
OWN_TEXT = 600
QUERY = f"key event {TITLE}"


def without_direction(title: str) -> str:
    """A Key Event's title without its direction: "Increase, reactive oxygen species" → "reactive oxygen species".

    Where nothing else would be left, the title as it is.
    """
    kept = [
        word for word in re.split(r"[\s,;:]+", title) if word and word.strip("()[].").lower() not in DIRECTION_WORDS
    ]
    return " ".join(kept) or title


def beginning(text: str, characters: int) -> str:
    """The first `characters` of a text, cut before the word that they would split."""
    if len(text) <= characters:
        return text
    cut = text[: characters + 1]
    return cut.rsplit(maxsplit=1)[0] if re.search(r"\s", cut) else text[:characters]


def key_event_fields(key_events: Sequence[KeyEvent], texts: Texts) -> list[Field]:
    """What stands for a Key Event as a query: its title without direction, and how its description begins."""
    return [
        Field(QUERY, texts.title, [(without_direction(each.title),) for each in key_events]),
        Field(
            f"key event {DESCRIPTION}",
            texts.description,
            [_some(beginning(each.description, texts.characters)) for each in key_events],
        ),
    ]


def target_fields(source: Source, targets: Sequence[Target], texts: Texts) -> list[Field]:
    """What stands for a target: title, synonyms, and how its description begins."""
    return [
        Field(f"{source} {TITLE}", texts.title, [(each.title,) for each in targets]),
        Field(f"{source} {SYNONYMS}", texts.synonyms, [each.synonyms for each in targets]),
        Field(
            f"{source} {DESCRIPTION}",
            texts.description,
            [_some(beginning(each.description, texts.characters)) for each in targets],
        ),
    ]


def own_text_fields(source: Source, targets: Sequence[Target]) -> tuple[Field, Field]:
    """Titles and the beginnings of descriptions: what the build check wants to find each other."""
    beginnings = [_some(beginning(each.description, OWN_TEXT)) for each in targets]
    return (
        Field(f"{source} {TITLE}", 1, [(each.title,) for each in targets]),
        Field(f"{source} {DESCRIPTION}", 1, beginnings),
    )


def all_texts(catalogue: Catalogue) -> Iterator[str]:
    """Every text of the catalogue, in its order: what the embedded encoder learns words from."""
    for key_event in catalogue.key_events:
        yield from (key_event.title, key_event.description)
    for targets in catalogue.targets.values():
        for target in targets:
            yield from (target.title, target.description, *target.synonyms)


def all_pairs(catalogue: Catalogue, texts: Mapping[Source, Texts]) -> Iterator[tuple[str, str]]:
    """Texts that say the same of one thing, in the order of the catalogue: title and description, and title and synonym
    where the source's synonyms weigh something (ontology tags of pathways do not: hundreds share "disease pathway")."""
    for key_event in catalogue.key_events:
        if key_event.description:
            yield key_event.title, key_event.description
    for source, targets in catalogue.targets.items():
        for target in targets:
            if texts[source].synonyms:
                yield from ((target.title, synonym) for synonym in target.synonyms)
            if target.description:
                yield target.title, target.description


def text_hash(catalogue: Catalogue) -> str:
    """SHA-256, in hex, of everything a run reads: ids, texts, genes, places in AOPs."""
    return fingerprint(
        [
            [
                [each.id, each.title, each.description, each.genes, sorted(catalogue.aops.get(each.id, ()))]
                for each in catalogue.key_events
            ],
            [
                [source, each.accession, each.title, each.description, each.synonyms, each.genes]
                for source, targets in catalogue.targets.items()
                for each in targets
            ],
        ]
    )


def _some(text: str) -> tuple[str, ...]:
    return (text,) if text.strip() else ()
