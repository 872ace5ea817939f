"""A curator's desk: the triage table in a real browser, spoken of as people speak of it."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from core.model import Act, Decision, TargetKey
from core.store import connection, decisions

if TYPE_CHECKING:
    from playwright.sync_api import ConsoleMessage, Locator, Page, Request, Route

MOST_TABS = 400
FOCUSED = "each => each === document.activeElement"
BROWSER_TELLS = "the server responded with a status of"  # of every refusal, whatever the page makes of it
REPORT_VIOLATIONS = """addEventListener("securitypolicyviolation", (said) => console.error(
  `CSP: ${said.violatedDirective} refuses ${said.blockedURI} at ${said.sourceFile}:${said.lineNumber}`))"""
PROBE = "/does-it-pass-here"
QUIET = """() => !document.querySelector("[data-saving]") && document.getElementById("saving")?.hidden !== false"""
FOCUS = """() => { const focused = document.activeElement;
  return focused.dataset.pair ?? (focused.id ? `#${focused.id}` : focused.tagName.toLowerCase()); }"""


def watch(page: "Page", complaints: list[str]) -> None:
    """Collect what the console complains of, errors of scripts, and what the content security policy refuses."""

    def listen(said: "ConsoleMessage") -> None:
        if said.type in ("error", "warning") and BROWSER_TELLS not in said.text:
            complaints.append(said.text)

    page.add_init_script(REPORT_VIOLATIONS)
    page.on("console", listen)
    page.on("pageerror", lambda error: complaints.append(str(error)))


@dataclass
class Desk:
    """One person's browser at one Key Event. `complaints` is what its console said; a test fails where it is not empty.

    `sent` are the requests since they were last counted: method and path.
    """

    page: "Page"
    database: Path
    login: str | None
    key_event: int
    complaints: list[str] = field(default_factory=list)
    sent: list[str] = field(default_factory=list)
    script: bool = True

    def open(self, query: str = "") -> "Desk":
        """Go to the Key Event's page, and wait until all its rows have their details."""
        self.page.goto(f"/key-events/{self.key_event}{query}")
        if self.script and self.pairs():
            self.detailed()
        self.sent.clear()
        return self

    def detailed(self) -> None:
        """Wait until every row has its detail."""
        self.page.wait_for_function(
            """() => [...document.querySelectorAll("tr.detail")].every((row) => row.querySelector(".panes"))"""
        )

    def reload(self) -> None:
        """Load the page again."""
        self.page.reload()
        self.detailed()
        self.sent.clear()

    # What a person does ----------------------------------------------------------------------------------------------

    def press(self, *keys: str) -> None:
        """Press keys one after another, as fast as the browser takes them."""
        for key in keys:
            self.page.keyboard.press(key)

    def judge(self, *keys: str) -> None:
        """Press keys, and wait until all that they asked for is answered."""
        self.press(*keys)
        self.settled()

    def explain(self, key: str, why: str) -> None:
        """Press a key that asks for a reason, give it, and wait for the answer."""
        self.press(key)
        self.page.keyboard.type(why)
        with self.page.expect_response("**/table/decisions*"):
            self.press("Enter")
        self.settled()

    def settled(self) -> None:
        """Wait until nothing is being saved."""
        self.page.wait_for_function(QUIET)

    def walk(self, pair: str) -> None:
        """Go from row to row by the keys for it, until this one is the current one."""
        places = self.pairs()
        steps = places.index(pair) - places.index(self.current or places[0])
        self.press(*("j" if steps > 0 else "k") * abs(steps))
        assert self.current == pair

    def reach(self, wanted: "Locator") -> None:
        """Go from one control to the next by Tab, until this one has the focus."""
        for _ in range(MOST_TABS):
            if wanted.evaluate(FOCUSED):
                return
            self.press("Tab")
        raise AssertionError(f"Tab does not reach {wanted}")

    def enter(self, wanted: "Locator") -> None:
        """Go by Tab to what leads to another page, press Enter, and be there."""
        self.reach(wanted)
        with self.page.expect_navigation():
            self.press("Enter")

    def choose(self, pair: str) -> None:
        """Click on a row, so that it is the current one."""
        self.row(pair).locator(".id").click()

    def follow(self, link: "Locator") -> None:
        """Click on what leads to another page, and be there."""
        with self.page.expect_navigation():
            link.click()

    # What a person sees ----------------------------------------------------------------------------------------------

    def pairs(self) -> list[str]:
        """The targets of the rows, from the top."""
        return list(self.page.eval_on_selector_all("tr[data-pair]", "rows => rows.map(row => row.dataset.pair)"))

    def row(self, pair: str) -> "Locator":
        """The row of a target."""
        return self.page.locator(f'tr[data-pair="{pair}"]')

    def detail(self, pair: str) -> "Locator":
        """What is open below a row."""
        return self.page.locator(f'tr[data-pair="{pair}"] + tr.detail')

    def button(self, pair: str, key: str) -> "Locator":
        """The button of a row that a key clicks."""
        return self.row(pair).locator(f'button[data-key="{key}"]')

    def state(self, pair: str) -> str | None:
        """What a row says that its pair is, to machines and to people alike."""
        state = self.row(pair).get_attribute("data-state")
        assert self.row(pair).locator(".state").get_attribute("data-state") == state
        return state

    def states(self) -> dict[str, str]:
        """What every row says."""
        return {pair: self.state(pair) or "" for pair in self.pairs()}

    @property
    def current(self) -> str | None:
        """The target of the current row, whose detail, and no other, is open."""
        found: list[str] = self.page.eval_on_selector_all(
            'tr[data-pair][aria-current="true"]', "rows => rows.map(row => row.dataset.pair)"
        )
        shown: list[str] = self.page.eval_on_selector_all(
            "tr.detail:not([hidden])", "rows => rows.map(row => row.previousElementSibling.dataset.pair)"
        )
        assert found == shown and len(found) <= 1, (found, shown)
        return found[0] if found else None

    @property
    def focus(self) -> str:
        """Where the focus is: the target of a row, the id of an element, or its tag."""
        return str(self.page.evaluate(FOCUS))

    @property
    def status(self) -> str:
        """The line that is read out."""
        return " ".join((self.page.locator('#triage [role="status"]').text_content() or "").split())

    @property
    def open_count(self) -> int:
        """How many rows are said to be open."""
        return int(self.page.locator("#open-count").text_content() or "")

    # What the server has ---------------------------------------------------------------------------------------------

    @property
    def decided(self) -> list[Decision]:
        """Every decision on this Key Event, undone ones and undos included, from the database."""
        with connection.reader(self.database) as db:
            return decisions.of_key_event(db, self.key_event)

    def acts(self, pair: str) -> list[Act]:
        """What was done to a pair, in order, from the database."""
        return [decision.act for decision in self.decided if decision.pair.target == TargetKey.parse(pair)]

    # The way between -------------------------------------------------------------------------------------------------

    def latency(self, ms: int) -> None:
        """From now on every answer takes this much longer, on the network and not in the server."""
        session = self.page.context.new_cdp_session(self.page)
        session.send("Network.enable")
        conditions = {"offline": False, "latency": ms, "downloadThroughput": -1, "uploadThroughput": -1}
        session.send("Network.emulateNetworkConditions", conditions)

    @contextmanager
    def answered_by(
        self, answer: "Callable[[Route, Request], None]", path: str = "**/table/decisions*"
    ) -> Iterator[None]:
        """Meanwhile something in between answers what is sent to `path`."""
        self.page.route(path, answer)
        self._pass_here()
        try:
            yield
        finally:
            self.page.unroute(path, answer)

    def _pass_here(self) -> None:
        """Wait until what the page sends passes the routes: a page that is open learns of its first one a moment after
        it was set, and what is sent before that goes to the server."""
        passed: list[str] = []

        def answer(route: "Route", request: "Request") -> None:
            passed.append(request.url)
            route.fulfill(status=204)

        self.page.route(f"**{PROBE}", answer)
        while not passed and self.page.url != "about:blank":
            self.page.evaluate("probe => fetch(probe).then(() => true)", PROBE)
        self.page.unroute(f"**{PROBE}", answer)

    @contextmanager
    def unanswered(self, path: str = "**/table/decisions*") -> "Iterator[list[Route]]":
        """Meanwhile nothing that is sent to `path` gets an answer; then all of it does. Yields what waits."""
        held: list[Route] = []
        over = False

        def hold(route: "Route", request: "Request") -> None:
            if over:
                route.continue_()
            else:
                held.append(route)

        with self.answered_by(hold, path):
            yield held
            over = True
            for route in held:
                route.continue_()

    def kept_presses(self) -> object:
        """What the browser keeps for a person to come back."""
        return json.loads(self.page.evaluate("""() => sessionStorage.getItem("keyway.presses")""") or "null")
