"""The rules of the house hold, and each of them can fail."""

import re
import sys
import tomllib
from pathlib import Path

import pytest

from core.model import Source
from tests import house
from tests.house import ROOT

HOUSE = (ROOT / "docs/house.md").read_text("utf-8")
TOP = {
    "CHANGELOG.md",
    "Containerfile",
    "LICENSE",
    "Makefile",
    "README.md",
    "compose.yaml",
    "core",
    "docs",
    "gunicorn.conf.py",
    "pyproject.toml",
    "requirements-test.txt",
    "requirements.txt",
    "scripts",
    "static",
    "templates",
    "tests",
    "web",
}
LITERALS_ALLOWED = ("core.model", "core.sources", "core.ingest")
# The published contract calls the instrument of the Gene Ontology by the source's name.
LITERALS_EXCEPT = {
    ("core.instruments", "'go'"),
    # Addresses are settings, with the sources' own as their defaults.
    ("core.settings", "'https://sparql.wikipathways.org/sparql'"),
    ("core.settings", "'https://purl.obolibrary.org/obo/go/go-basic.obo'"),
    ("core.settings", "'https://reactome.org/download/current/'"),
}
ONLY_WHERE_INSTALLED = {"httpx", "playwright", "sentence_transformers", "torch", "transformers"}
USED_BY_NAME = {"gunicorn", "uvicorn", "pysqlite3", "itsdangerous"}  # started, or asked for by another package


def floors() -> list[list[str]]:
    """The floors of docs/house.md, lowest first."""
    lines = [line.split() for line in house.block(HOUSE, "Floors").splitlines() if line.strip()]
    assert [line[0] for line in lines] == [str(floor) for floor in reversed(range(len(lines)))]
    return [[name.replace("/", ".") for name in line[2:]] for line in reversed(lines)]


class TestFloors:
    def test_imports_never_point_up(self) -> None:
        assert house.upward(house.imports(house.modules()), floors()) == []

    def test_no_imports_in_circles(self) -> None:
        assert house.cycles(house.imports(house.modules())) == []

    def test_every_name_on_a_floor_is_there(self) -> None:
        there = house.modules().keys()
        assert [name for names in floors() for name in names if name not in there] == []

    def test_an_import_that_points_up_is_found(self) -> None:
        graph = house.imports({"core.model": "def f():\n    from core.store import targets", "core.store.targets": ""})
        assert house.upward(graph, [["core.model"], ["core.store"]]) == [
            "core.model (floor 0) imports core.store.targets (floor 1)"
        ]
        assert house.upward({"core.new": []}, [["core.model"]]) == ["core.new stands on no floor of docs/house.md"]

    def test_a_circle_is_found(self) -> None:
        graph = house.imports({"core.a": "from core import b", "core.b": "import core.a", "core.c": "import core.a"})
        assert house.cycles(graph) == ["core.a", "core.b", "core.c"]


class TestWords:
    def test_sources_are_values(self) -> None:
        """Their names stand in the model, their specs and their parsers; a fourth source needs no other file."""
        found = [
            f"{name}: {place}"
            for name, text in house.modules().items()
            if not name.startswith(LITERALS_ALLOWED)
            for place in house.literals(text, Source)
            if (name, place.partition(": ")[2]) not in LITERALS_EXCEPT
        ]
        assert found == []

    def test_pages_do_not_know_the_sources(self) -> None:
        word = re.compile(rf"""["'`]({"|".join(Source)})["'`:]""")
        files = [*ROOT.glob("templates/**/*.html"), *ROOT.glob("static/js/*.js"), *ROOT.glob("static/css/*.css")]
        assert len(files) > 10
        assert [str(path) for path in files if word.search(path.read_text("utf-8"))] == []

    @pytest.mark.parametrize("code", ["x = 'go'", "f('wikipathways:WP254')", "open('data/reactome.jsonl')"])
    def test_a_source_by_name_is_found(self, code: str) -> None:
        assert len(house.literals(f'"""Not go itself."""\n{code}', Source)) == 1

    def test_words_that_only_contain_a_name_are_none(self) -> None:
        assert house.literals("x = 'go-basic', 'category', 'gone'", Source) == []


class TestSql:
    def test_it_stands_in_the_store(self) -> None:
        outside = {name: text for name, text in house.modules().items() if not name.startswith("core.store")}
        assert [f"{name}: {place}" for name, text in outside.items() for place in house.sql(text)] == []

    @pytest.mark.parametrize(
        "code",
        [
            "db.execute('SELECT id FROM person')",
            "db.execute(f'INSERT INTO {table} VALUES (1)')",
            "x = 'UPDATE person SET role = NULL'",
            "x = '''DELETE\n FROM person'''",
            "x = 'PRAGMA user_version'",
        ],
    )
    def test_sql_elsewhere_is_found(self, code: str) -> None:
        assert len(house.sql(code)) == 1

    def test_plain_words_are_no_sql(self) -> None:
        assert (
            house.sql('"""SELECT x FROM y"""\nx = "Select one from the list", "update it", "insert into the text"')
            == []
        )


class TestTemplates:
    def test_nothing_is_inline(self) -> None:
        """The content security policy would stop it in silence."""
        pages = [*ROOT.glob("templates/**/*.html"), *ROOT.glob("scripts/**/*.html")]
        assert len(pages) > 10
        assert [f"{page}: {what}" for page in pages for what in house.inline(page.read_text("utf-8"))] == []

    @pytest.mark.parametrize(
        "html",
        [
            "<script>go()</script>",
            '<script type="module">1</script>',
            "<style>a{}</style>",
            '<p class="x" style="color: red">',
            '<button onclick="x()">',
            "<form\n  onsubmit=x>",
            '<div hx-on:click="x()">',
            '<a href="javascript:x()">',
            "<div hx-vals='js:{a: 1}'>",
            """<tr hx-trigger="keydown[key=='a']">""",
        ],
    )
    def test_what_is_inline_is_found(self, html: str) -> None:
        assert house.inline(html)

    def test_what_the_policy_allows_is_no_fault(self) -> None:
        assert (
            house.inline('{# style= #}<script src="/static/js/triage.js" defer></script><td class="on" hx-get="/x">')
            == []
        )


class TestTree:
    def test_the_top_is_as_it_was_fixed(self) -> None:
        found = {path.name for path in ROOT.iterdir() if not path.name.startswith((".", "__")) and path.name != "data"}
        assert sorted(found - TOP) == []

    def test_the_rooms_are_as_the_house_says(self) -> None:
        lines = [line.partition("#")[0].split() for line in house.block(HOUSE, "Rooms").splitlines()]
        said = [f"{folder}/{name}" for folder, *names in filter(None, lines) for name in names]
        assert [f"docs/house.md does not know {each}" for each in sorted(rooms() - set(said))] == []
        assert [f"docs/house.md has {each}, which is not there" for each in sorted(set(said) - rooms())] == []
        assert len(said) == len(set(said))

    def test_what_is_vendored_is_what_was_published(self) -> None:
        assert house.checksums(ROOT / "static/vendor") == []

    def test_a_changed_file_is_found(self, tmp_path: Path) -> None:
        (tmp_path / "CHECKSUMS").write_text("# htmx\n" + "0" * 64 + "  htmx.min.js\n" + "0" * 64 + "  gone.js\n")
        (tmp_path / "htmx.min.js").write_text("changed")
        (tmp_path / "new.js").write_text("new")
        assert house.checksums(tmp_path) == [
            "new.js is not in CHECKSUMS",
            "gone.js is missing",
            "htmx.min.js differs from its checksum",
        ]


def rooms() -> set[str]:
    """Every module and shell script, without its ending."""
    paths = (path for top in house.OURS for path in (ROOT / top).rglob("*"))
    found = (path for path in paths if path.suffix in (".py", ".sh") and path.name != "__init__.py")
    return {path.relative_to(ROOT).with_suffix("").as_posix() for path in found}


class TestPackages:
    PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]

    @staticmethod
    def names(lines: list[str]) -> set[str]:
        return {re.split(r"[^A-Za-z0-9_-]", line)[0].lower().replace("_", "-") for line in lines}

    def pinned(self, file: str) -> list[str]:
        lines = (ROOT / file).read_text("utf-8").splitlines()
        return [line for line in lines if line and not line.startswith(("#", "-r "))]

    def test_what_is_imported_is_asked_for(self) -> None:
        used = house.third_party(house.modules(), sys.stdlib_module_names) - ONLY_WHERE_INSTALLED | USED_BY_NAME
        asked = self.names(self.PROJECT["dependencies"])
        assert {name.replace("_", "-") for name in used} == asked

    def test_what_is_asked_for_is_pinned(self) -> None:
        run, test = self.pinned("requirements.txt"), self.pinned("requirements-test.txt")
        assert [line for line in run + test if not re.match(r"[A-Za-z0-9_.-]+==[0-9][^ +]*( ;|$)", line)] == []
        assert self.names(self.PROJECT["dependencies"]) <= self.names(run)
        assert self.names(self.PROJECT["optional-dependencies"]["test"]) <= self.names(test)

    def test_nothing_that_serves_needs_torch(self) -> None:
        heavy = {"torch", "transformers", "sentence-transformers", "triton"}
        assert not heavy & self.names(self.pinned("requirements.txt"))

    def test_an_import_that_nobody_asked_for_is_found(self) -> None:
        assert house.third_party({"core.x": "import os, numpy.linalg\nfrom flask import Flask"}, {"os"}) == {
            "numpy",
            "flask",
        }
