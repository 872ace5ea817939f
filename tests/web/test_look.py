"""The look, measured: contrast in both schemes, the vendored script, what a first visit weighs."""

import gzip
import hashlib
import re
from collections.abc import Callable
from html import unescape
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import httpx
import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser

STATIC = Path(__file__).parents[2] / "static"
TEXT, MARK = 4.5, 3.0
GROUNDS = ("paper", "raised", "sunken", "wash")
STATES = ("proposed", "approved", "revision", "rejected", "unsure", "declined", "retired", "stale")
NEEDED = {
    **dict.fromkeys(product(("ink", "muted", "accent"), GROUNDS), TEXT),
    **dict.fromkeys(product(("ink",), ("shared", "danger-wash", "care-wash")), TEXT),
    **dict.fromkeys(product(("on-accent",), ("accent", "accent-strong")), TEXT),
    **dict.fromkeys(product(("edge", "focus"), ("paper", "raised", "sunken")), MARK),
    **dict.fromkeys(product(STATES, GROUNDS), MARK),
}

# What a token is on the screen: painted, and read back as sRGB.
READ = """names => {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  return names.map(name => {
    document.body.style.color = `var(--${name})`;
    canvas.fillStyle = getComputedStyle(document.body).color;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3);
  });
}"""


def luminance(colour: list[int]) -> float:
    """The relative luminance of an sRGB colour (WCAG 2.2)."""
    linear = [part / 255 / 12.92 if part <= 10 else ((part / 255 + 0.055) / 1.055) ** 2.4 for part in colour]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: list[int], other: list[int]) -> float:
    """The contrast ratio of two colours, from 1 to 21 (WCAG 2.2)."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_and_marks_can_be_told_from_their_ground(chromium: "Browser", scheme: Literal["light", "dark"]) -> None:
    context = chromium.new_context(color_scheme=scheme)
    page = context.new_page()
    page.set_content(f"<style>{(STATIC / 'css/tokens.css').read_text()}</style>")
    names = sorted({name for pair in NEEDED for name in pair})
    colours = dict(zip(names, page.evaluate(READ, names), strict=True))
    context.close()
    found = {pair: round(contrast(colours[pair[0]], colours[pair[1]]), 2) for pair in NEEDED}
    assert {pair: ratio for pair, ratio in found.items() if ratio < NEEDED[pair]} == {}


def test_the_vendored_script_is_the_one_of_its_checksum() -> None:
    folder = STATIC / "vendor"
    lines = [line for line in (folder / "CHECKSUMS").read_text().splitlines() if not line.startswith("#")]
    said = {name: digest for digest, name in (line.split() for line in lines)}
    assert {path.name for path in folder.iterdir()} == {*said, "CHECKSUMS"}
    assert {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in said} == said


def test_no_sheet_fetches_anything() -> None:
    for sheet in (STATIC / "css").iterdir():
        text = sheet.read_text()
        assert "url(" not in text and "@import" not in text, sheet.name


def test_what_a_first_visit_fetches_beside_the_page_is_small(visit: Callable[[str | None], httpx.Client]) -> None:
    reader = visit(None)
    page = reader.get("/key-events/1115").text
    named = re.findall(r'(?:href|src)="(/static/[^"]+)"', page)
    assert {name.partition("?")[0].rpartition(".")[2] for name in named} == {"css", "js", "svg"}
    files = [reader.get(unescape(name)) for name in named]
    assert all(file.status_code == 200 for file in files)
    assert sum(len(gzip.compress(file.content, 5)) for file in files) <= 40_000
