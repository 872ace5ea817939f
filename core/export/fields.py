"""One serializer: what a mapping's columns are called and hold, in the words of the published contract.

The files and the API read these same functions; `docs/api.md` lists the names.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import NamedTuple

from core.export.published import Published, Retired
from core.instruments import CURRENT
from core.model import Contributor, Source
from core.sources import SPECS, Fact, spec

Value = str | int | float | bool | None


class Column(NamedTuple):
    """A column's name, and what it holds of a mapping; `free` where that is a text that somebody wrote."""

    name: str
    read: Callable[[Published], Value]
    free: bool = False


def columns(source: Source | None) -> tuple[Column, ...]:
    """The columns of a file: those of the published contract for one source, ours for all sources together."""
    return _COLUMNS[source]


def moment(at: datetime) -> str:
    """`2026-11-23T22:47:00Z`. `at` is in UTC, as everything in the database is."""
    return f"{at.isoformat()[:19]}Z"


def second(at: str) -> str:
    """The same of a time as the database writes it."""
    return f"{at[:19]}Z"


def who(somebody: Contributor) -> str:
    """Somebody in a column: their login, where only their ORCID is known that."""
    return somebody.login or somebody.curie


def item(mapping: Published) -> dict[str, object]:
    """A mapping as the API has it: the fields of the contract for its source, then ours."""
    contract = spec(mapping.target.source).contract
    said: dict[str, object] = {
        "uuid": mapping.uuid,
        "ke_id": mapping.label,
        "ke_name": mapping.key_event_title,
        contract.id: mapping.target.accession,
        contract.title: mapping.title,
        "confidence_level": mapping.tier,
        "connection_type": mapping.connection,
        "ke_aop_context": list(mapping.aops),
        "ke_bio_level": mapping.level,
    }
    if not contract.connection:
        del said["connection_type"]
    said |= {column.name: column.read(mapping) for column in _extra(mapping.target.source)}
    said["assessment"] = _assessment(mapping)
    said["provenance"] = {
        "suggestion_score": _score(mapping),
        "approved_by": who(mapping.approver),
        "approved_at": second(mapping.approved_at),
        "proposed_by": who(mapping.author),
        "proposed_at": second(mapping.proposed_at),
    }
    return said | {
        "source": mapping.target.source,
        "relation": mapping.relation,
        "stale": mapping.stale,
        "updated_at": second(mapping.changed_at),
    }


def retired(mapping: Retired) -> dict[str, object]:
    """A mapping that is not in force any more, as the API's feed has it."""
    return {
        "uuid": mapping.uuid,
        "ke_id": f"KE {mapping.key_event}",
        "source": mapping.target.source,
        "target_id": mapping.target.accession,
        "retired_at": moment(mapping.ended_at),
        "reason": mapping.reason,
    }


def _assessment(mapping: Published) -> dict[str, Value]:
    """The answers to the questions of the source's instrument, null where there is none, and its version."""
    given = mapping.assessment
    questions = CURRENT[spec(mapping.target.source).instrument].questions
    answers: Mapping[str, str] = given.answers if given else {}
    said: dict[str, Value] = {question.word: answers.get(question.word) for question in questions}
    return said | {"version": given.version if given else None, "score": given.score if given else None}


def _score(mapping: Published) -> float | None:
    return None if mapping.score is None else round(mapping.score, 4)


def _direction(mapping: Published) -> str | None:
    words = mapping.title.lower().split()
    return next((word for word in words if word in ("positive", "negative")), None)


def _answer(question: str) -> Column:
    def read(mapping: Published) -> Value:
        return mapping.assessment.answers.get(question) if mapping.assessment else None

    return Column(f"proposed_{question}", read)


def _constant(name: str, text: str) -> Column:
    return Column(name, lambda _: text)


_FACTS: dict[str, Callable[[Published], Value]] = {
    Fact.DESCRIPTION: lambda mapping: mapping.description,
    Fact.GENES: lambda mapping: mapping.genes,
    Fact.DIRECTION: _direction,
    Fact.INFORMATION: lambda mapping: mapping.information,
    Fact.DEPTH: lambda mapping: mapping.depth,
}
_EXTRA: dict[Source, tuple[Column, ...]] = {
    source: tuple(
        Column(name, _FACTS[fact], free=fact is Fact.DESCRIPTION) if isinstance(fact, Fact) else _constant(name, fact)
        for name, fact in SPECS[source].contract.columns
    )
    for source in Source
}


def _extra(source: Source) -> tuple[Column, ...]:
    return _EXTRA[source]


_VERSION = Column("assessment_version", lambda mapping: mapping.assessment.version if mapping.assessment else None)
_BEFORE = (
    Column("uuid", lambda mapping: mapping.uuid),
    Column("ke_id", lambda mapping: mapping.label),
    Column("ke_name", lambda mapping: mapping.key_event_title, free=True),
)
_CREDIT = (
    Column("confidence_level", lambda mapping: mapping.tier),
    Column("suggestion_score", _score),
    Column("approved_by", lambda mapping: who(mapping.approver), free=True),
    Column("approved_at", lambda mapping: second(mapping.approved_at)),
    Column("proposed_by", lambda mapping: who(mapping.author), free=True),
)
_CONNECTION = Column("connection_type", lambda mapping: mapping.connection)
_PLACE = (
    Column("ke_aop_context", lambda mapping: ";".join(mapping.aops)),
    Column("ke_bio_level", lambda mapping: mapping.level),
)


def _target(id: str, title: str) -> tuple[Column, ...]:
    return Column(id, lambda mapping: mapping.target.accession), Column(title, lambda mapping: mapping.title, True)


def _of_source(source: Source) -> tuple[Column, ...]:
    contract, instrument = SPECS[source].contract, CURRENT[SPECS[source].instrument]
    return (
        *_BEFORE,
        *_target(contract.id, contract.title),
        *_CREDIT,
        *((_CONNECTION,) if contract.connection else ()),
        *_PLACE,
        *(_answer(question.word) for question in instrument.questions),
        _VERSION,
        *_EXTRA[source],
    )


def _of_all() -> tuple[Column, ...]:
    questions = {question.word: None for instrument in CURRENT.values() for question in instrument.questions}
    return (
        *_BEFORE,
        Column("source", lambda mapping: mapping.target.source),
        *_target("target_id", "target_title"),
        Column("relation", lambda mapping: mapping.relation),
        *_CREDIT,
        Column("proposed_at", lambda mapping: second(mapping.proposed_at)),
        _CONNECTION,
        *_PLACE,
        *(_answer(question) for question in questions),
        _VERSION,
        Column("note", lambda mapping: mapping.note, free=True),
        Column("stale", lambda mapping: "stale" if mapping.stale else None),
    )


_COLUMNS: dict[Source | None, tuple[Column, ...]] = {None: _of_all()} | {
    source: _of_source(source) for source in Source
}
