"""Curation kept on paper: what the table of acts says, as somebody would with pencil and eraser.

It knows nothing of how Keyway does it: each pair has a sheet with the page that holds now, and the pages turned to get
there; who takes an act back turns one page back.
"""

from dataclasses import dataclass, field, replace

# act → (least role, states for all, states for the owner, states for a reviewer); as the table of acts has it.
TABLE = {
    "propose": (1, "open unsure rejected declined retired", "proposed", ""),
    "assess": (1, "", "proposed revision", "proposed revision"),
    "annotate": (1, "open proposed approved revision rejected unsure declined retired", "", ""),
    "reject": (1, "open unsure declined", "proposed revision", ""),
    "unsure": (1, "open", "proposed rejected", ""),
    "approve": (2, "proposed revision", "", ""),
    "decline": (2, "proposed revision", "", ""),
    "ask-back": (2, "proposed revision", "", ""),
    "revise": (1, "approved", "revision", ""),
    "affirm": (1, "approved", "", ""),
    "retire": (2, "approved revision", "", ""),
}
ENDS = {"reject": "rejected", "decline": "declined", "unsure": "unsure", "retire": "retired"}
HELD = ("proposed", "approved", "revision")


@dataclass(frozen=True)
class Page:
    """How a pair stands. `confirmed` is the title that its target had when it was approved or affirmed, if it was."""

    state: str = "open"
    owner: str = ""
    assessed: bool = False
    retiring: bool = False
    asked: bool = False
    confirmed: str | None = None

    @property
    def in_force(self) -> bool:
        return self.state in ("approved", "revision")


@dataclass(frozen=True)
class Turn:
    """One act that stands, with the page before it."""

    who: str
    number: int
    before: Page
    bulk: str
    proposes: bool


@dataclass
class Sheet:
    """A pair: its page, the turns that stand, who ever did something to it in which role, undone or not, and the newest
    act that a release holds."""

    page: Page = Page()
    turns: list[Turn] = field(default_factory=list)
    record: list[tuple[str, int]] = field(default_factory=list)
    held: int = 0

    @property
    def version(self) -> int:
        return len(self.record)


@dataclass(frozen=True)
class Said:
    """“Nothing fits in these sources.”"""

    who: str
    number: int
    sources: frozenset[str]


class Refused(Exception):
    """What the paper does not allow."""


@dataclass
class Paper:
    """One Key Event. `titles` has each target's, by `source:accession`, the last one of those that are `gone`. Who is
    `shut` out keeps their role and may do nothing."""

    roles: dict[str, int]
    titles: dict[str, str]
    gone: set[str] = field(default_factory=set)
    shut: set[str] = field(default_factory=set)
    single: bool = False
    sheets: dict[str, Sheet] = field(default_factory=dict)
    said: list[Said] = field(default_factory=list)
    number: int = 0

    def __post_init__(self) -> None:
        self.sheets = {target: Sheet() for target in self.titles}

    def own_role(self, who: str) -> int:
        return 0 if who in self.shut else self.roles[who]

    def role(self, who: str, most: int = 3) -> int:
        """What somebody acts as, with no more than `most`; in a team of one a curator acts as reviewer."""
        role = min(self.own_role(who), most)
        return 2 if self.single and role == 1 else role

    def reviews(self, who: str, most: int = 3) -> bool:
        return self.role(who, most) >= 2

    def may(self, who: str, target: str, act: str, most: int = 3) -> bool:
        page, role = self.sheets[target].page, self.role(who, most)
        reviews, mine = self.reviews(who, most), page.owner == who
        least, everybody, owner, reviewer = TABLE[act]
        if not (reviews if least == 2 else role >= least):
            return False
        if page.state not in f"{everybody} {owner if mine else ''} {reviewer if reviews else ''}".split():
            return False
        if act == "approve":
            return (self.single or not mine) and (page.assessed or page.retiring)
        return act != "affirm" or self.stale(target)

    def stale(self, target: str) -> bool:
        page = self.sheets[target].page
        return page.in_force and (target in self.gone or page.confirmed != self.titles[target])

    def do(
        self, who: str, target: str, act: str, *, answers: bool = False, retire: bool = False, bulk: str = "",
        most: int = 3,
    ) -> None:  # fmt: skip
        if not self.may(who, target, act, most) or (target in self.gone and act in ("propose", "affirm")):
            raise Refused
        page = self.sheets[target].page
        if who == page.owner or self.reviews(who, most):  # “until its author's or a reviewer's next act”
            page = replace(page, asked=False)
        together = self.single and act == "assess" and page.owner == who
        bulk, role = bulk or f"own {self.number}", self.role(who, most)
        self._turn(who, target, act, self._after(page, who, target, act, answers, retire), bulk, role)
        if together:
            page = self.sheets[target].page
            self._turn(who, target, "approve", self._after(page, who, target, "approve", False, False), bulk, role)

    def bring(self, who: str, target: str, approved: bool, assessed: bool) -> None:
        if self.own_role(who) < (2 if approved else 1) or (target in self.gone and not approved):
            raise Refused
        if self.sheets[target].page.state == "open":
            page = Page("proposed", who, assessed)
            if approved:
                page = Page("approved", who, confirmed=self.titles[target])
            self._turn(who, target, "import", page, "", self.own_role(who))

    def say_nothing_fits(self, who: str, sources: frozenset[str]) -> None:
        held = {_source(target) for target, sheet in self.sheets.items() if sheet.page.state in HELD}
        if self.role(who) < 1 or held & sources or sources <= self.nothing_fits():
            raise Refused
        self.number += 1
        self.said.append(Said(who, self.number, sources))

    def nothing_fits(self) -> frozenset[str]:
        proposed: dict[str, int] = {}
        for target, sheet in self.sheets.items():
            newest = max((turn.number for turn in sheet.turns if turn.proposes), default=0)
            proposed[_source(target)] = max(newest, proposed.get(_source(target), 0))
        return frozenset(each for said in self.said for each in said.sources if said.number > proposed.get(each, 0))

    def undo_on(self, who: str, target: str) -> None:
        sheet = self.sheets[target]
        mine = [turn for turn in sheet.turns if turn.who == who]
        if self.role(who) < 1 or not mine or sheet.turns[-1] is not mine[-1] or mine[-1].number <= sheet.held:
            raise Refused
        bulk = mine[-1].bulk
        for turn in [*reversed(sheet.turns)]:
            if turn is mine[-1] or (bulk and turn.bulk == bulk):
                sheet.page = sheet.turns.pop().before
                sheet.record.append((who, self.role(who)))

    def undo(self, who: str) -> None:
        acts = [*((said.number, "") for said in self.said if said.who == who), *self._acts(who)]
        if self.role(who) < 1 or not acts:
            raise Refused
        number, target = max(acts)
        if target:
            self.undo_on(who, target)
        else:
            self.said = [said for said in self.said if said.number != number]

    def undo_bulk(self, who: str) -> set[str]:
        if self.role(who) < 1 or not (acts := self._acts(who)):
            raise Refused
        newest = self.sheets[max(acts)[1]].turns
        bulk = next(turn.bulk for turn in reversed(newest) if turn.who == who)
        wanted = {target for _, target in acts if bulk and any(t.bulk == bulk for t in self.sheets[target].turns)}
        undone = set()
        for target in wanted or {max(acts)[1]}:
            try:
                self.undo_on(who, target)
                undone.add(target)
            except Refused:
                pass
        if not undone:
            raise Refused
        return undone

    def release(self) -> None:
        for sheet in self.sheets.values():
            sheet.held = self.number if sheet.page.in_force else sheet.held

    def progress(self, sources: frozenset[str]) -> str:
        pages = {target: sheet.page.state for target, sheet in self.sheets.items()}
        answered = {_source(target) for target, state in pages.items() if state in HELD} | self.nothing_fits()
        if answered == sources:
            return "done"
        return "in-progress" if answered or any(state != "open" for state in pages.values()) else "open"

    def _acts(self, who: str) -> list[tuple[int, str]]:
        return [
            (turn.number, target) for target, sheet in self.sheets.items() for turn in sheet.turns if turn.who == who
        ]

    def _turn(self, who: str, target: str, act: str, page: Page, bulk: str, role: int) -> None:
        sheet = self.sheets[target]
        self.number += 1
        sheet.turns.append(Turn(who, self.number, sheet.page, bulk, act in ("propose", "import")))
        sheet.page = page
        sheet.record.append((who, role))

    def _after(self, page: Page, who: str, target: str, act: str, answers: bool, retire: bool) -> Page:
        if act == "annotate":
            return page
        if act == "ask-back":
            return replace(page, asked=True)
        if act == "assess":
            return replace(page, assessed=True)
        if act == "propose":
            return Page("proposed", who, answers or (page.assessed and page.state == "proposed"))
        if act == "revise":
            return Page("revision", who, answers, retire, confirmed=page.confirmed)
        if act == "affirm" or (act == "approve" and not page.retiring):
            return Page("approved", who, confirmed=self.titles[target])
        if act in ("reject", "decline") and page.in_force:
            return Page("approved", who, confirmed=page.confirmed)
        return Page(ENDS.get(act, "retired"), who)


def _source(target: str) -> str:
    return target.partition(":")[0]
