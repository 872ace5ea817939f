"""Mappings that somebody made elsewhere: SSSOM, and the CSV of the published contract. Pure parsing.

A bad value is an `Invalid` that names the file, the line, the field, the value and what was expected. Whether Key
Events and targets are known is for the caller to say.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from textwrap import dedent

from core import instruments, sources
from core.export.published import STALE
from core.export.sssom import CONFIDENCE, NOT_FOUND, PREDICATES, SUGGESTED
from core.export.tabular import plain
from core.ingest import lines
from core.ingest.lines import Line
from core.ingest.neutral import File
from core.instruments import Instrument
from core.model import Contributor, Pair, Relation, Source, TargetKey, Tier
from core.sources import SPECS

NEEDED = ("subject_id", "predicate_id", "object_id")
PROPAGATED = ("mapping_date", "curation_rule_text")  # those of ours that a header may say once for all rows
KEY_EVENT = re.compile(r"(?:KE[ _:]?)?([1-9]\d{0,8})")
_RELATIONS = {predicate: relation for relation, predicate in PREDICATES.items()}
_TIERS = {confidence: tier for tier, confidence in CONFIDENCE.items()}


@dataclass(frozen=True, slots=True)
class Brought:
    """One mapping of a file, with the line it stands in. `answers` are to the questions of `instrument`."""

    place: str
    pair: Pair
    relation: Relation
    uuid: str = ""
    instrument: Instrument | None = None
    answers: Mapping[str, str] = field(default_factory=dict, hash=False)
    tier: Tier | None = None
    score: float | None = None
    author: Contributor = Contributor()
    at: datetime | None = None
    approver: Contributor = Contributor()
    approved_at: datetime | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Bundle:
    """All that a file brings: what it calls itself, its mappings, and the lines that state none (rejections, Key Events
    without a target, suggestions of a machine)."""

    origin: str
    mappings: tuple[Brought, ...]
    left_out: tuple[str, ...] = ()


def from_csv(file: File) -> Bundle:
    """The mappings of a CSV of the published contract: one source's, or those of all sources together."""
    rows = lines.read(file, lines.written(file), ("ke_id",), cell=lambda text: plain(text.strip()))
    return Bundle(file.name, tuple(map(_of_table, rows)))


def from_sssom(file: File) -> Bundle:
    """The mappings of an SSSOM file. Negative ones, those without a term, and suggestions that nobody has judged are
    left out, and named."""
    written = lines.written(file)
    comments = [line[1:].rstrip() for line in written if line.startswith("#")]
    prefixes, metadata = _metadata(comments)
    given = {name: metadata[name] for name in PROPAGATED if name in metadata}
    found, left_out = [], []
    table = [line for line in written if not line.startswith("#")]
    for row in lines.read(file, table, NEEDED, first=len(comments) + 1, given=given):
        suggested = row["mapping_justification"] == SUGGESTED
        if suggested or row["predicate_modifier"] or row["object_id"] == NOT_FOUND:
            how = "perhaps" if suggested else row["predicate_modifier"]
            left_out.append(f"{row.place}: {row['subject_id']} {how} {row['object_id']}")
        else:
            found.append(_of_statement(row, prefixes))
    return Bundle(metadata.get("mapping_set_id", file.name), tuple(found), tuple(left_out))


def _of_table(row: Line) -> Brought:
    source, name = _source(row)
    target = TargetKey(source, row[name])
    if not SPECS[source].accession.fullmatch(target.accession):
        raise row.bad(name, f"an id like {SPECS[source].example}")
    instrument, answers = _answers(row, source)
    return Brought(
        place=row.place,
        pair=Pair(_key_event(row, "ke_id", row["ke_id"]), target),
        relation=row.choice("relation", Relation) or Relation.RELATED,
        uuid=row.uuid("uuid"),
        instrument=instrument,
        answers=answers,
        tier=row.choice("confidence_level", Tier),
        score=row.number("suggestion_score"),
        author=row.somebody("proposed_by"),
        at=row.time("proposed_at") or row.time("approved_at"),
        approver=row.somebody("approved_by"),
        approved_at=row.time("approved_at"),
        note=row.text("note"),
    )


def _source(row: Line) -> tuple[Source, str]:
    """The source of a row, and the column of its target's id."""
    if row["target_id"]:
        source = row.choice("source", Source)
        if source is None:
            raise row.bad("source", f"one of {', '.join(Source)}")
        return source, "target_id"
    named = [(source, spec.contract.id) for source, spec in SPECS.items() if row[spec.contract.id]]
    if not named:
        raise row.bad("target_id", f"a target there, or in one of {', '.join(s.contract.id for s in SPECS.values())}")
    if len(named) > 1:
        raise row.bad(named[1][1], f"nothing there, beside {named[0][1]}: one target a line")
    return named[0]


def _answers(row: Line, source: Source) -> tuple[Instrument | None, dict[str, str]]:
    """The answers of a row by the instrument it names, or the current one; none where one is missing."""
    name = SPECS[source].instrument
    instrument = instruments.INSTRUMENTS.get((name, row["assessment_version"]), instruments.current(name))
    answers = {question.word: row[f"proposed_{question.word}"] for question in instrument.questions}
    return (instrument, answers) if all(answers.values()) else (None, {})


def _key_event(row: Line, name: str, text: str) -> int:
    found = KEY_EVENT.fullmatch(text)
    if found is None:
        raise row.bad(name, "a Key Event like KE 149")
    return int(found[1])


def _metadata(comments: list[str]) -> tuple[dict[str, str], dict[str, str]]:
    """The prefixes and the other values in the YAML of an SSSOM header, of a list the last one.

    Some writers put a space before every line, and all fold long ones.
    """
    prefixes: dict[str, str] = {}
    others: dict[str, str] = {}
    within = ""
    for line in dedent("\n".join(comments)).split("\n"):
        name, _, value = (part.strip().strip("\"'") for part in line.partition(":"))
        if line.lstrip().startswith("- "):
            others[within] = line.strip()[2:]
        elif not line.startswith((" ", "\t")):
            within = name
            others[within] = line.partition(":")[2].strip()
        elif within == "curie_map":
            prefixes[name] = value
        else:
            others[within] = f"{others.get(within, '')} {line.strip()}"
    return prefixes, {name: value.strip("\"'") for name, value in others.items()}


def _iri(text: str, prefixes: Mapping[str, str]) -> str:
    """What a CURIE stands for, without `http://` or `https://`; an IRI is one already."""
    prefix, _, local = text.partition(":")
    return re.sub(r"^https?://", "", prefixes[prefix] + local if prefix in prefixes else text)


def _local(text: str, namespace: str, prefixes: Mapping[str, str]) -> str | None:
    """What a CURIE or IRI names within a namespace; None where it is not of it."""
    bare = _iri(namespace, {})
    found = _iri(text, prefixes)
    return found.removeprefix(bare) if found.startswith(bare) else None


def _of_statement(row: Line, prefixes: Mapping[str, str]) -> Brought:
    number = _local(row["subject_id"], sources.KEY_EVENT_NAMESPACE, prefixes)
    if number is None:
        raise row.bad("subject_id", f"a Key Event like {sources.KEY_EVENT_PREFIX}:149")
    if row["predicate_id"] not in _RELATIONS:
        raise row.bad("predicate_id", f"one of {', '.join(_RELATIONS)}")
    assessed = instruments.answers_of(row["curation_rule_text"])
    confidence = row.number("confidence")
    return Brought(
        place=row.place,
        pair=Pair(_key_event(row, "subject_id", number), _target(row, prefixes)),
        relation=_RELATIONS[row["predicate_id"]],
        uuid=row.uuid("record_id"),
        instrument=assessed[0] if assessed else None,
        answers=assessed[1] if assessed else {},
        tier=None if confidence is None else _tier(confidence),
        author=row.somebody("author_id", "author_label"),
        at=row.time("mapping_date"),
        approver=row.somebody("reviewer_id", "reviewer_label"),
        approved_at=row.time("review_date"),
        note=row.text("comment").removeprefix(STALE).strip(),
    )


def _target(row: Line, prefixes: Mapping[str, str]) -> TargetKey:
    for source, spec in SPECS.items():
        local = _local(row["object_id"], spec.contract.namespace, prefixes)
        for accession in () if local is None else (local, f"{spec.contract.prefix}:{local}"):
            if spec.accession.fullmatch(accession):
                return TargetKey(source, accession)
    examples = (sources.curie(TargetKey(source, spec.example)) for source, spec in SPECS.items())
    raise row.bad("object_id", f"a target like {' or '.join(examples)}")


def _tier(confidence: float) -> Tier:
    """The tier whose confidence is reached; low below all."""
    return max((tier for limit, tier in _TIERS.items() if confidence >= limit), key=lambda tier: CONFIDENCE[tier],
               default=Tier.LOW)  # fmt: skip
