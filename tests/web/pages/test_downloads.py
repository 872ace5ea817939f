"""Downloads: every file with what it weighs, for what one selected; the lines to copy do what they say."""

import csv
import os
import re
import subprocess
import sys
import threading
from collections.abc import Callable
from hashlib import sha256
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import httpx
import pytest

from core import facts, publish
from core.publish import EXPORTS
from tests import catalogues, publishing, releasing, servers
from tests.publishing import WP408
from tests.servers import Keyway
from tests.waiting import PATIENCE_S
from web import known
from web.pages import downloads
from web.render import size

if TYPE_CHECKING:
    from playwright.sync_api import Page

Visit = Callable[[str | None], httpx.Client]
CODE = re.compile(r'<pre tabindex="0" data-language="(\w+)"><code>(.*?)</code></pre>', re.S)
SUM = re.compile(r"SHA-256 <code>([0-9a-f]{64})</code>")
LINK = re.compile(r'href="(/exports/[^"]+)" download')


@pytest.fixture
def reader(visit: Visit, keyway: Keyway) -> httpx.Client:
    """Somebody who is signed out, where a few mappings are in force."""
    publishing.several(keyway.database)
    return visit(None)


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files that were written to find out about them."""
    found: list[str] = []
    whole = facts.facts

    def write(db: object, export: publish.Export, asked: publish.Asked) -> facts.Facts:
        found.append(export.name)
        return whole(db, export, asked)  # type: ignore[arg-type]

    monkeypatch.setattr(facts, "facts", write)
    return found


def codes(page: str) -> dict[str, list[str]]:
    """The blocks to copy, by language."""
    found: dict[str, list[str]] = {}
    for language, text in CODE.findall(page):
        found.setdefault(language, []).append(unescape(text))
    return found


def run(command: list[str], folder: Path, lines: str = "") -> subprocess.CompletedProcess[str]:
    """A command as a reader runs it, with the packages of the tests."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    surroundings = {
        **os.environ,
        "PATH": path,
        "no_proxy": "127.0.0.1",
        "NO_PROXY": "127.0.0.1",
        "PYTHONWARNINGS": "ignore",
    }
    return subprocess.run(
        command, cwd=folder, env=surroundings, input=lines, capture_output=True, text=True, timeout=120, check=False
    )


class TestFiles:
    def test_every_export_is_there_with_what_it_is_good_for(self, reader: httpx.Client) -> None:
        page = reader.get("/downloads").text
        assert sorted(name for files in downloads.GROUPS.values() for name in files) == sorted(EXPORTS)
        assert set(LINK.findall(page)) == {f"/exports/{name}" for name in EXPORTS}
        for name, export in EXPORTS.items():
            assert f'<li id="{name}">' in page
            assert export.title in page

    @pytest.mark.parametrize("name", EXPORTS)
    def test_size_and_checksum_are_those_of_what_one_gets(self, reader: httpx.Client, name: str) -> None:
        for query in ("", "?source=wikipathways"):
            told = reader.get(f"/downloads/{name}/facts{query}").text
            file = reader.get(f"/exports/{name}{query}")
            assert SUM.findall(told) == [sha256(file.content).hexdigest()]
            assert f'of revision <span class="id">{file.headers["x-export-revision"]}</span>' in told
            assert f"<strong>{size(len(file.content))}<" in told

    def test_a_file_of_text_shows_how_it_begins(self, reader: httpx.Client) -> None:
        told = unescape(reader.get("/downloads/pairs.gmt/facts").text)
        assert "KE1115_Increase_Reactive_oxygen_species_WP408\tOxidative stress response\tNFE2L2\tSOD1</pre>" in told
        assert "2 targets without a known gene are left out: GO:0072593, WP1742." in told
        assert "<pre" not in reader.get("/downloads/mappings.xlsx/facts").text

    def test_gene_sets_by_ncbi_id_say_what_they_lack(self, reader: httpx.Client, keyway: Keyway) -> None:
        assert reader.get("/downloads").text.count("Empty as long as the catalogue has no ids of NCBI Gene") == 2
        catalogues.number_genes(keyway.database)
        assert "Empty as long as" not in reader.get("/downloads").text
        told = unescape(reader.get("/downloads/pairs-ncbi.gmt/facts").text)
        assert "Oxidative stress response\t6647</pre>" in told
        assert "2 targets without a known gene that has an id are left out: GO:0072593, WP1742." in told
        assert "2 genes without an id are left out: NFE2L2, TNF." in told

    def test_each_is_written_once_and_anew_after_a_decision(
        self, reader: httpx.Client, keyway: Keyway, written: list[str]
    ) -> None:
        for _ in range(2):
            reader.get("/downloads/mappings.csv/facts")
        assert written == ["mappings.csv"]
        first = SUM.findall(reader.get("/downloads/mappings.csv/facts").text)
        publishing.publish(keyway.database, (55, WP408))
        assert SUM.findall(reader.get("/downloads/mappings.csv/facts").text) != first
        assert written == ["mappings.csv"] * 2

    def test_two_who_ask_at_once_wait_for_one_answer(
        self, reader: httpx.Client, visit: Visit, written: list[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        asked, go = threading.Event(), threading.Event()
        write = EXPORTS["mappings.csv"].write

        def slow(*given: object) -> object:
            asked.set()
            assert go.wait(PATIENCE_S)
            return write(*given)  # type: ignore[arg-type]

        monkeypatch.setitem(EXPORTS, "mappings.csv", publish.Export("mappings.csv", "slow", "text/csv", slow))  # type: ignore[arg-type]
        answers: list[str] = []
        threads = [
            threading.Thread(target=lambda: answers.append(visit(None).get("/downloads/mappings.csv/facts").text))
            for _ in range(2)
        ]
        for thread in threads:
            thread.start()
        assert asked.wait(PATIENCE_S)
        assert reader.get("/downloads").status_code == 200  # the page waits for nobody
        go.set()
        for thread in threads:
            thread.join()
        assert len(set(answers)) == 1 and SUM.findall(answers[0])
        assert written == ["mappings.csv"]

    def test_who_asks_for_very_many_at_once_is_put_off(
        self, reader: httpx.Client, visit: Visit, written: list[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        asked, go = threading.Event(), threading.Event()

        def slow(*given: object) -> object:
            asked.set()
            assert go.wait(PATIENCE_S)
            return iter(())

        monkeypatch.setattr(known, "MOST_WAITING", 1)
        monkeypatch.setitem(EXPORTS, "mappings.csv", publish.Export("mappings.csv", "slow", "text/csv", slow))  # type: ignore[arg-type]
        first = threading.Thread(target=lambda: visit(None).get("/downloads/mappings.csv/facts"))
        first.start()
        assert asked.wait(PATIENCE_S)
        assert reader.get("/downloads/mappings.tsv/facts").status_code == 503
        go.set()
        first.join()
        assert reader.get("/downloads/mappings.tsv/facts").status_code == 200
        assert written == ["mappings.csv", "mappings.tsv"]

    def test_what_went_wrong_is_tried_again(
        self, reader: httpx.Client, visit: Visit, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with monkeypatch.context() as broken:
            broken.setattr(facts, "sha256", None)
            assert reader.get("/downloads/mappings.csv/facts").status_code == 500
        assert visit(None).get("/downloads/mappings.csv/facts").status_code == 200

    def test_without_a_script_the_page_itself_tells(self, reader: httpx.Client) -> None:
        page = reader.get("/downloads?source=wikipathways").text
        opened = unescape(re.findall(r'<a href="(/downloads\?[^"]*open=mappings.tsv[^"]*)"', page)[0])
        assert opened == "/downloads?source=wikipathways&open=mappings.tsv#mappings.tsv"
        assert len(SUM.findall(reader.get(opened).text)) == 1

    def test_what_takes_long_waits_until_somebody_asks(
        self, reader: httpx.Client, monkeypatch: pytest.MonkeyPatch, written: list[str]
    ) -> None:
        page = reader.get("/downloads").text
        assert page.count('hx-trigger="revealed, click"') == len(EXPORTS) - 1  # the machine's suggestions are many
        monkeypatch.setattr(downloads, "FEW", 1)
        assert 'hx-trigger="revealed' not in reader.get("/downloads?source=wikipathways").text
        assert written == []


class TestSelections:
    def test_explore_leads_to_the_files_of_what_it_shows_and_back(self, reader: httpx.Client) -> None:
        shown = reader.get("/explore?tier=low&aop=144").text
        (link,) = re.findall(r'href="(/downloads[^"]*)">Download this selection', shown)
        page = reader.get(unescape(link)).text
        assert "<strong>1 mapping</strong> that your selection leaves" in page
        file = unescape(next(each for each in LINK.findall(page) if "mappings.csv" in each))
        rows = list(csv.DictReader(reader.get(file).text.splitlines()))
        assert [row["target_id"] for row in rows] == ["WP254"]
        assert 'href="/explore?aop=144&amp;tier=low"' in page
        assert '<a href="/downloads">take all</a>' in page

    def test_every_file_of_a_selection_can_be_had(self, reader: httpx.Client) -> None:
        page = reader.get("/downloads?source=wikipathways&tier=high&gene=TNF").text
        links = [unescape(each) for each in LINK.findall(page)]
        assert len(links) == len(EXPORTS)
        assert {reader.get(link).status_code for link in links} == {200}
        assert all("source=wikipathways" in link for link in links)
        assert [link for link in links if "tier=high" not in link] == [
            f"/exports/{name}?source=wikipathways"
            for files in downloads.GROUPS.values()
            for name in files
            if EXPORTS[name].all_decisions
        ]

    def test_a_source_keeps_the_rest_of_the_selection(self, reader: httpx.Client) -> None:
        page = unescape(reader.get("/downloads?aop=144&min_confidence=high").text)
        assert 'href="/downloads?aop=144&source=go&min_confidence=high"' in page or re.search(
            r'href="/downloads\?aop=144&min_confidence=high&source=go"', page
        )

    def test_only_what_is_in_force_is_offered(self, reader: httpx.Client) -> None:
        assert "Download those in force" in reader.get("/explore?state=all").text
        assert "/downloads?" not in reader.get("/explore?state=rejected").text

    @pytest.mark.parametrize(
        ("address", "status", "words"),
        [
            ("/downloads?source=kegg", 422, "source is"),
            ("/downloads?open=mappings.pdf", 404, "There is no export mappings.pdf"),
            ("/downloads?colour=red", 422, "colour is no field here"),
            ("/downloads/mappings.pdf/facts", 404, "There is no export mappings.pdf"),
            ("/downloads/mappings.csv/facts?tier=some", 422, "tier is"),
        ],
    )
    def test_what_cannot_be_is_said(self, reader: httpx.Client, address: str, status: int, words: str) -> None:
        answer = reader.get(address)
        assert (answer.status_code, words in unescape(answer.text)) == (status, True)

    def test_an_empty_set_is_offered_as_it_is(self, visit: Visit) -> None:
        page = visit(None).get("/downloads?source=reactome").text
        assert "<strong>0 mappings</strong>" in page
        assert "SHA-256" in visit(None).get("/downloads/pairs.gmt/facts?source=reactome").text


class TestLines:
    @pytest.mark.parametrize("query", ["", "?source=wikipathways", "?aop=144&person=o%27curator%22"])
    def test_python_runs_as_it_stands(self, reader: httpx.Client, tmp_path: Path, query: str) -> None:
        gseapy, pandas = codes(reader.get(f"/downloads{query}").text)["Python"]
        if "person" not in query:  # GSEApy has nothing to say to an empty library
            ran = run([sys.executable, "-c", gseapy], tmp_path)
            assert ran.returncode == 0, ran.stderr
            assert "KE149_Increase_Inflammation" in ran.stdout
            assert "high" in run([sys.executable, "-c", pandas], tmp_path).stdout
        ran = run([sys.executable, "-c", pandas], tmp_path)
        assert ran.returncode == 0, ran.stderr

    def test_the_check_of_sssom_counts_what_readers_keep(self, reader: httpx.Client, tmp_path: Path) -> None:
        (lines,) = codes(reader.get("/downloads").text)["shell"]
        install, check = lines.split("\n", 1)
        assert install == "pip install sssom sssom-pydantic"
        ran = run(["bash"], tmp_path, check)
        assert (ran.returncode, ran.stdout) == (0, "4 rows written, 4 4 kept\n"), ran.stderr
        path = tmp_path / "positive.sssom.tsv"
        path.write_text(path.read_text("utf-8").replace("\tbiolink:Pathway\t", "\tPathway\t"), "utf-8")
        wrong = re.sub(r"'http[^']*'", f"'{path.rename(tmp_path / 'wrong.sssom.tsv').as_uri()}'", check)
        ran = run(["bash"], tmp_path, wrong)
        assert ran.returncode == 1, "rows were dropped, and the check saw it"
        assert ran.stdout.startswith("4 rows written, ")

    def test_r_reads_from_addresses_whose_lines_part_into_sets(self, reader: httpx.Client, keyway: Keyway) -> None:
        """R is not here. Both of its readers split each line at tabs: a name, a description, then genes."""
        catalogues.number_genes(keyway.database)
        *blocks, table = codes(reader.get("/downloads?source=wikipathways").text)["R"]
        (reads,) = re.findall(r'mappings <- read\.csv\("([^"\\]+)"\)', table)
        assert servers.get(reads).text.startswith("uuid,ke_id,ke_name,pathway_id,")
        assert sum("key-events-ncbi.gmt" in lines for lines in blocks) == 1
        for lines in blocks:
            (reads,) = re.findall(r'sets <- (?:gmtPathways|read\.gmt)\("([^"\\]+)"\)', lines)
            sets = [line.split("\t") for line in servers.get(reads).text.splitlines()]
            assert [fields[0] for fields in sets] == [
                "KE149_Increase_Inflammation",
                "KE1115_Increase_Reactive_oxygen_species",
            ]
            assert all(len(fields) >= 3 and all(fields) for fields in sets)
            assert lines.count("(") == lines.count(")")

    def test_nothing_typed_into_an_address_leaves_its_quotes(self, reader: httpx.Client) -> None:
        typed = urlencode({"person": """'"); system("x") #"""})
        page = reader.get(f"/downloads?{typed}").text
        for blocks in codes(page).values():
            assert all("system(" not in block for block in blocks)


class TestCiting:
    def test_before_a_release_it_is_the_revision_that_one_names(self, reader: httpx.Client) -> None:
        page = reader.get("/downloads").text
        revision = reader.get("/exports/mappings.csv").headers["x-export-revision"]
        assert f"Revision {revision}." in page
        assert "https://creativecommons.org/publicdomain/zero/1.0/" in page

    def test_then_it_is_the_newest_release(self, reader: httpx.Client, keyway: Keyway) -> None:
        releasing.make(keyway.database)
        page = reader.get("/downloads").text
        assert '<a href="/releases/2026.1">release 2026.1</a>' in page
        assert "2026.1" in page[page.index("<blockquote>") :]


@pytest.mark.browser
def test_what_is_seen_is_told_by_itself_and_a_press_selects_a_block(
    reader: httpx.Client, browse: "Callable[[str | None], Page]"
) -> None:
    page = browse(None)
    for width in (1280, 320):
        page.set_viewport_size({"width": width, "height": 700})
        page.goto("/downloads")
        for name in ("csv", "ttl"):
            page.locator(f"#mappings\\.{name}").scroll_into_view_if_needed()
            page.locator(f"#mappings\\.{name} .sum").wait_for()
        assert page.locator("#candidates\\.sssom\\.tsv .sum").count() == 0
        page.locator("#candidates\\.sssom\\.tsv .facts a").click()
        page.locator("#candidates\\.sssom\\.tsv .sum").wait_for()
        page.locator("#mappings\\.csv summary").click()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.url.endswith("/downloads")
    page.locator("pre[data-language=Python] code").first.click()
    assert page.evaluate("getSelection().toString()").startswith("from urllib.request")
