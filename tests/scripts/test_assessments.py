"""What an operator learns about another version of an instrument."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from core.errors import Invalid
from core.model import Act
from core.people import LONGEST_LIFE
from core.store import connection
from scripts import assessments, people
from tests import decided
from tests.decided import APOPTOSIS, OXIDATIVE


@pytest.fixture
def assessed(database: Path) -> Path:
    """A database with one approved and one proposed mapping, both high."""
    with connection.writer(database) as db, connection.transaction(db):
        decided.approve(db, OXIDATIVE)
        decided.decide(db, APOPTOSIS, Act.PROPOSE, "curator")
        decided.decide(db, APOPTOSIS, Act.ASSESS, "curator")
    return database


def test_the_version_in_use_changes_nothing(assessed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assessments.main(["--db", str(assessed)])
    said = capsys.readouterr().out
    assert "pathway, version 1: 2 assessments in force or waiting" in said
    assert "0 would change" in said
    assert "go, version 1: 0 assessments" in said


def test_a_draft_shows_tiers_before_and_after(
    assessed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    draft = tmp_path / "draft.json"
    draft.write_text(
        json.dumps({"instrument": "pathway", "version": "2", "bonus": 0, "points": {"basis": {"known": 1}}})
    )
    before = assessed.read_bytes()
    assessments.main(["--db", str(assessed), "--draft", str(draft)])
    said = capsys.readouterr().out
    assert "2 would change" in said
    assert "KE 1115 wikipathways:WP408, in force: high (7.5) → medium (4.5)" in said
    assert "KE 1115 wikipathways:WP254, waiting: high (7.5) → medium (4.5)" in said
    assert "Increase, Reactive oxygen species — Oxidative stress response" in said
    assert assessed.read_bytes() == before


def test_a_draft_that_cannot_be_read(assessed: Path, tmp_path: Path) -> None:
    (tmp_path / "draft.json").write_text("{")
    with pytest.raises(Invalid, match="cannot be read as JSON"):
        assessments.main(["--db", str(assessed), "--draft", str(tmp_path / "draft.json")])


def test_an_operator_makes_lists_and_revokes_codes(database: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def codes(*words: str) -> str:
        people.main(["--db", str(database), "codes", *words])
        return capsys.readouterr().out

    assert codes("list") == "There are no access codes.\n"
    assert len(codes("make", "Workshop", "--uses", "12").strip()) == 19
    assert codes("list").split()[:5] == ["Workshop", "open", "0", "of", "12"]
    assert "revoked" in codes("revoke", "workshop")
    with pytest.raises(Invalid, match="--until is 'soon', expected a day"):
        codes("make", "Another", "--until", "soon")
    for day in ("9999-12-31", "9999-12-30", "2000-01-01"):
        with pytest.raises(Invalid, match=f"expires is {day}, expected a day from 20"):
            codes("make", "Another", "--until", day)
    last = datetime.now(UTC).date() + LONGEST_LIFE
    assert codes("make", "Another", "--until", last.isoformat())
