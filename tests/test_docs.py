"""What the documents say is true: settings, commands, links, the version, the tests they name."""

import importlib.util
import re
import tomllib
from functools import cache
from pathlib import Path

import pytest

from core.settings import SETTINGS
from core.version import VERSION
from tests import house
from tests.house import ROOT

PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted(ROOT.glob("docs/**/*.md"))]
MAKEFILE = (ROOT / "Makefile").read_text("utf-8")


def named(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


@pytest.fixture(params=PAGES, ids=named)
def page(request: pytest.FixtureRequest) -> Path:
    path: Path = request.param
    return path


class TestSettings:
    PAGE = (ROOT / "docs/operations.md").read_text("utf-8")

    def test_the_table_is_the_code(self) -> None:
        """Name, default and words of each setting, in the same order."""
        rows = [
            f"| `{setting.name}` | {f'`{setting.default}`' if setting.default else ''} | {setting.help} |"
            for setting in SETTINGS
        ]
        assert re.findall(r"^\| `[A-Z_]+` \|.*$", self.PAGE, re.M) == rows


def test_every_make_target_that_is_named_is_there(page: Path) -> None:
    said = set(re.findall(r"(?:`|^ {4})make ([a-z-]+)", page.read_text("utf-8"), re.M))
    assert said <= set(re.findall(r"^([a-z-]+):", MAKEFILE, re.M))


def test_every_module_that_is_named_is_there(page: Path) -> None:
    said = re.findall(r"python -m ([a-z_.]+)", page.read_text("utf-8"))
    assert [name for name in said if importlib.util.find_spec(name) is None] == []


def test_every_option_that_is_named_is_there(page: Path) -> None:
    wrong = []
    for name, rest in re.findall(r"python -m (scripts\.[a-z_]+)([^\n`]*)", page.read_text("utf-8")):
        text = command_source(name)
        wrong += [f"{name} {option}" for option in re.findall(r"--[a-z-]+", rest) if f'"{option}"' not in text]
    assert wrong == []


@cache
def read() -> tuple[dict[str, str], dict[str, set[str]]]:
    """The source of every module, and what each imports."""
    sources = house.modules()
    return sources, house.imports(sources)


def command_source(name: str) -> str:
    """The source of a command and of the commands that it is made of."""
    sources, imports = read()
    parts = [other for other in imports[name] if other.startswith("scripts.")]
    return sources[name] + "".join(sources[part] for part in parts)


def test_every_link_leads_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text("utf-8"))
    targets = [(page.parent / link).resolve() for link in links]
    missing = [each for each in targets if not each.exists()]
    assert missing == []


def test_every_anchor_is_a_heading(page: Path) -> None:
    wrong = []
    for link, anchor in re.findall(r"\]\(([^)#:]*)#([^)]+)\)", page.read_text("utf-8")):
        target = (page.parent / link).resolve() if link else page
        headings = re.findall(r"^#+ (.+)$", target.read_text("utf-8"), re.M)
        if anchor not in {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}:
            wrong.append(f"{link}#{anchor}")
    assert wrong == []


def test_every_file_that_is_named_is_there(page: Path) -> None:
    names = re.findall(r"`((?:core|web|scripts|tests|templates|static|docs)/[\w./-]+)`", page.read_text("utf-8"))
    assert [name for name in names if not (ROOT / name).exists()] == []


def test_every_test_that_is_named_is_there(page: Path) -> None:
    """`tests/web/test_x.py` (`test_one`, `TestTwo`): both stand in that file."""
    wrong = []
    for name, tests in re.findall(r"`(tests/[\w./-]+\.py)` \(((?:`\w+`(?:, )?)+)\)", page.read_text("utf-8")):
        source = (ROOT / name).read_text("utf-8")
        known = set(re.findall(r"^\s*(?:def|class) (\w+)", source, re.M))
        wrong += [f"{name} {test}" for test in re.findall(r"`(\w+)`", tests) if test not in known]
    assert wrong == []


@pytest.mark.parametrize("record", sorted(ROOT.glob("docs/decisions/*.md")), ids=named)
def test_every_decision_names_the_test_that_holds_it(record: Path) -> None:
    text = record.read_text("utf-8")
    assert re.fullmatch(r"\d{4}-[a-z0-9-]+\.md", record.name)
    assert text.startswith(f"# {record.name[:4]} ")
    held = text.partition("**Held by**")[2]
    assert re.search(r"`tests/[\w./-]+\.py`", held), "it names no test"
    for name, klass in re.findall(r"`(tests/[\w./-]+\.py)` \(`(Test\w+)`", held):
        assert f"class {klass}:" in (ROOT / name).read_text("utf-8")


def test_no_two_decisions_have_one_number() -> None:
    numbers = [path.name[:4] for path in ROOT.glob("docs/decisions/*.md")]
    assert len(numbers) == len(set(numbers))


def test_the_changelog_tells_of_this_version() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    newest = re.search(r"^## (\S+?),? ", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.M)
    assert newest is not None
    assert newest[1] == version == VERSION


def test_ci_runs_what_the_readme_names() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    steps = re.findall(r"^step (make [a-z-]+)$", (ROOT / ".ci/run").read_text("utf-8"), re.M)
    assert steps == ["make check", "make test", "make test-slow", "make test-image"]
    assert [step for step in steps if step not in readme] == []


def test_the_makefile_has_a_word_for_each_target() -> None:
    hidden = {"setup-test"}
    targets = set(re.findall(r"^([a-z-]+):", MAKEFILE, re.M)) - hidden
    assert targets == set(re.findall(r"^([a-z-]+):.*## \S", MAKEFILE, re.M))
