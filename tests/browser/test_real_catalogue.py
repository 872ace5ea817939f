"""The same on the real catalogue: CORPUS names a folder with its files in the neutral form."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from core.model import Act
from tests import people, servers
from tests.browser.desk import Desk, watch
from tests.servers import House
from tests.waiting import patient

if TYPE_CHECKING:
    from playwright.sync_api import Browser

CORPUS = os.environ.get("CORPUS", "")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.corpus,
    pytest.mark.skipif(not CORPUS, reason="CORPUS names no folder with the real catalogue"),
]

REACTIVE_OXYGEN = 1115
FILES = (
    ("--key-events=ke.jsonl", "--aops=ke_aop_membership.json", "--genes=ke_genes.json"),
    ("--source=wikipathways", "--jsonl=wp.jsonl", "--gene-sets=wp_gene_sets.json"),
    ("--source=go", "--jsonl=go.jsonl", "--gene-sets=go_gene_sets.json"),
    ("--source=reactome", "--jsonl=reactome.jsonl", "--gene-sets=reactome_gene_sets.json"),
)


def command(module: str, *arguments: str) -> None:
    """Run a command as an operator does."""
    done = subprocess.run([sys.executable, "-m", module, *arguments], cwd=servers.ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]


@pytest.fixture(scope="module")
def house(embedded: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Keyway, running while the real catalogue is imported and its vectors are computed, and started again."""
    folder = tmp_path_factory.mktemp("real") / "data"
    shutil.copytree(embedded, folder)
    database = folder / servers.DATABASE
    with servers.house(database) as running:
        for files in FILES:
            paths = [each.replace("=", f"={CORPUS}/") if each.endswith(("json", "jsonl")) else each for each in files]
            command("scripts.import_catalogue", f"--db={database}", "--release=real", "--accept-shrink", *paths)
        command("scripts.precompute", f"--db={database}", f"--out={folder / 'vectors'}")
        running.stop()
        running.start()
        yield running


@pytest.fixture
def desk(house: House, chromium: "Browser") -> Iterator[Desk]:
    """A curator at KE 1115."""
    page = patient(chromium.new_context(base_url=house.base_url)).new_page()
    found = Desk(page, house.database, "curator", REACTIVE_OXYGEN)
    watch(page, found.complaints)
    people.choose_in_browser(page, house.base_url, "curator")
    yield found.open()
    page.context.close()
    assert found.complaints == []


def test_the_real_key_event_is_judged_with_keys(desk: Desk) -> None:
    assert "reactive oxygen species" in (desk.page.locator("h1").text_content() or "").lower()
    pairs = desk.pairs()
    assert {pair.partition(":")[0] for pair in pairs} == {"wikipathways", "go", "reactome"}
    assert "go:GO:0072593" in pairs
    expected = {
        "x": [Act.REJECT],
        "u": [Act.UNSURE],
        "a1231": [Act.PROPOSE, Act.ASSESS],
        "b2222": [Act.PROPOSE, Act.ASSESS],
    }
    judged: dict[str, list[Act]] = {}
    for keys, acts in expected.items():
        judged[desk.current or ""] = acts
        desk.judge(*keys)
        assert desk.focus in pairs
    assert {pair: desk.acts(pair) for pair in judged} == judged
    before = desk.states()
    desk.reload()
    assert desk.states() == before
    desk.judge("z", "z")
    assert sum(act is Act.UNDO for pair in judged for act in desk.acts(pair)) == 2


def test_twenty_keys_lose_nothing_there(desk: Desk) -> None:
    before = len(desk.decided)
    desk.press(*"xuxuxuxuxuxuxuxuxuxu")
    desk.settled()
    assert len(desk.decided) == before + 20
