"""What a browser sends and fetches: requests a key, and the bytes of a first visit."""

import shutil
from collections.abc import Mapping
from typing import Any

from playwright.sync_api import Page, Request, sync_playwright

from scripts.bench.table import Table

KEYS = {"j": ["j"], "reject": ["x"], "unsure": ["u"], "accept, and assess": ["a", "1", "1", "1", "1"], "undo": ["z"]}
SETTLE_MS = 600


def in_browser(base_url: str, cookies: Mapping[str, str], key_event: int) -> list[Table]:
    """The tables that need a real browser; none where the machine has no Chromium."""
    chromium = shutil.which("chromium")
    if chromium is None:
        print("No Chromium here: requests a key and bytes of a visit are left out.")
        return []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        context = browser.new_context()
        context.add_cookies([{"name": name, "value": value, "url": base_url} for name, value in cookies.items()])
        page = context.new_page()
        visit = first_visit(page, f"{base_url}/key-events/{key_event}")
        tables = [visit, requests_a_key(page)]
        browser.close()
        return tables


def first_visit(page: Page, address: str) -> Table:
    """Bytes over the wire of a Key Event's page with an empty cache, by kind, bodies and headers."""
    received: dict[str, float] = {}
    kinds: dict[str, str] = {}
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.on("Network.responseReceived", lambda event: kinds.update({event["requestId"]: event["type"]}))

    def finished(event: dict[str, Any]) -> None:
        kind = kinds.get(event["requestId"], "Other")
        received[kind] = received.get(kind, 0) + event["encodedDataLength"]

    session.on("Network.loadingFinished", finished)
    page.goto(address)
    page.wait_for_timeout(SETTLE_MS)
    session.detach()
    rows = [(kind, f"{size / 1000:.1f}") for kind, size in sorted(received.items())]
    return Table(
        "Bytes of a first visit", ("kind", "kB, compressed"), (*rows, ("all", f"{sum(received.values()) / 1000:.1f}"))
    )


def requests_a_key(page: Page) -> Table:
    """How many requests each key costs."""
    sent: list[Request] = []
    page.on("request", lambda request: sent.append(request))
    rows = []
    for name, keys in KEYS.items():
        sent.clear()
        for key in keys:
            page.keyboard.press(key)
        page.wait_for_timeout(SETTLE_MS)
        rows.append((name, " ".join(keys), str(len(keys)), str(len(sent))))
    return Table("Requests a key", ("what", "keys", "presses", "requests"), tuple(rows))
