"""From values to HTML."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from jinja2 import UndefinedError

from core.model import Progress, Snapshot, Source, State
from core.sources import AOP_WIKI
from web import render
from web.credits import credits

NOW = datetime(2026, 11, 23, 22, 47, tzinfo=UTC)


def test_numbers_and_dates_read_well() -> None:
    assert render.number(12345) == "12,345"
    assert render.date(NOW) == '<time datetime="2026-11-23T22:47:00+00:00">2026-11-23</time>'
    assert [render.plural(count, "gene") for count in (0, 1, 1200)] == ["0 genes", "1 gene", "1,200 genes"]
    assert render.plural(2, "pathway with a match", "pathways with a match") == "2 pathways with a match"


def test_a_source_is_a_letter_with_its_name() -> None:
    assert render.badge(Source.GO) == '<abbr class="source" data-source="go" title="Gene Ontology">G</abbr>'


def test_marks_say_a_word() -> None:
    assert render.state_mark(State.PROPOSED) == '<span class="state" data-state="proposed">proposed</span>'
    assert render.state_mark(State.PROPOSED, "by you").endswith(">by you</span>")
    assert render.progress_mark(Progress.IN_PROGRESS).endswith(">in progress</span>")


def test_templates_escape_everything() -> None:
    template = render.environment().from_string('<p title="{{ title }}">{{ title }}</p>')
    assert template.render(title='"<b>') == '<p title="&#34;&lt;b&gt;">&#34;&lt;b&gt;</p>'


def test_a_missing_word_is_an_error_and_not_an_empty_place() -> None:
    with pytest.raises(UndefinedError, match="'title' is undefined"):
        render.environment().from_string("{{ title }}").render()


def test_every_template_can_be_read() -> None:
    environment = render.environment()
    for name in environment.list_templates():
        environment.get_template(name)


def test_a_changed_static_file_has_another_address(tmp_path: Path) -> None:
    sheet = tmp_path / "css" / "base.css"
    sheet.parent.mkdir()
    sheet.write_text("a {}")
    before = render.static(tmp_path)("css/base.css")
    sheet.write_text("b {}")
    after = render.static(tmp_path)("css/base.css")
    assert before.startswith("/static/css/base.css?v=")
    assert before != after
    with pytest.raises(KeyError):
        render.static(tmp_path)("css/none.css")


def test_every_source_is_credited_with_its_licence() -> None:
    snapshot = Snapshot(1, AOP_WIKI, "2026-10-01", NOW, "", 1, 1, 0, 0)
    owed = credits({AOP_WIKI: snapshot})
    assert [credit.label for credit in owed] == ["AOP-Wiki", "WikiPathways", "Gene Ontology", "Reactome"]
    assert owed[0].release == "2026-10-01"
    assert owed[1].imported_at is None
    assert all(credit.licence and credit.licence_url.startswith("https://") for credit in owed)
