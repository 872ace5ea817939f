"""Scripts as a browser fetches them: small, in one request, under an address that names the content."""

import re
from itertools import combinations

from web import scripts
from web.scripts import FOLDER, bare

SRC = re.compile(r'src="(/static/js/[^"]+)"')
NAMED = re.compile(r"^(?:export )?(?:async )?(?:const|let|function|class) (\w+)", re.MULTILINE)


def test_a_page_fetches_all_that_its_script_needs_in_one_request(visit) -> None:
    reader = visit(None)
    (address,) = SRC.findall(reader.get("/key-events/149").text)
    script = reader.get(address)
    assert re.fullmatch(r"/static/js/triage\.js\?v=[0-9a-f]{12}", address)
    assert script.headers["content-type"].startswith("text/javascript")
    assert not re.search(r"^(import|export) ", script.text, re.MULTILINE)
    of_each = [script.text.index(f"function {name}(") for name in ("mark", "giveUp", "refresh")]
    assert of_each == sorted(of_each), "what is imported comes first"


def test_scripts_that_are_joined_call_nothing_by_the_same_name() -> None:
    named = {name: set(NAMED.findall(scripts._source(name))) for name in scripts._needed("triage")}
    assert set(named) == {"rows", "sending", "triage"} and all(named.values())
    for one, other in combinations(named, 2):
        assert not named[one] & named[other], f"{one} and {other}"


def test_comments_stay_at_home_and_all_that_does_something_goes() -> None:
    script = """// What it is.
/** What it
    does. */
export function go(where) {
  // on, if it may

  say(`// not a comment`); // why
}
"""
    assert bare(script) == "export function go(where) {\nsay(`// not a comment`); // why\n}\n"
    for path in FOLDER.glob("*.js"):
        lines = [line.strip() for line in path.read_text().splitlines()]
        kept = [line for line in lines if line and not line.startswith(("//", "/**")) and not line.endswith("*/")]
        assert bare(path.read_text()).splitlines() == kept, path.name


def test_a_script_that_is_not_is_refused(visit) -> None:
    for name in ("none", "triage.js", ""):
        assert visit(None).get(f"/static/js/{name}.js").status_code == 404, name


def test_who_imports_a_changed_script_is_at_another_address(monkeypatch, tmp_path) -> None:
    def address(of_rows: str) -> str:
        (tmp_path / "rows.js").write_text(of_rows)
        (tmp_path / "triage.js").write_text('import { rows } from "./rows.js";\n')
        scripts._joined.cache_clear()
        return scripts.address("triage")

    monkeypatch.setattr(scripts, "FOLDER", tmp_path)
    try:
        assert address("export const rows = 1;\n") != address("export const rows = 2;\n")
    finally:
        scripts._joined.cache_clear()
