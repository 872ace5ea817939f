"""The keys of the triage table, as a person has them: which there are, what they do, and which letter each is on."""

import sqlite3
from dataclasses import dataclass
from enum import StrEnum

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from core.errors import Invalid
from core.model import Person
from core.store import curators
from web.context import signed_in, site
from web.forms import Form, form
from web.htmx import same_site_path

FIELD = "key."
FORBIDDEN = frozenset({" ", "Enter", "Backspace", "Delete", "Tab", "Escape"})


class Switch(StrEnum):
    """What is on or off."""

    ON = "on"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class Key:
    """One key: the letter the page means, and what it does. `fixed` ones cannot be put elsewhere."""

    letter: str
    does: str
    fixed: bool = False


KEYS: tuple[Key, ...] = (
    Key("j", "next row (or ↓)"),
    Key("k", "previous row (or ↑)"),
    Key("a", "accept; then 1–4 answer the questions"),
    Key("b", "accept: the target is broader"),
    Key("n", "accept: the target is narrower"),
    Key("e", "accept: the target is equivalent"),
    Key("x", "reject, and on to the next open row"),
    Key("u", "unsure: leave it for a second opinion"),
    Key("z", "undo my newest act on this Key Event"),
    Key("Z", "undo my newest act on this row"),
    Key("r", "send again what was not saved"),
    Key("c", "note, papers and quote"),
    Key("g", "genes"),
    Key("o", "open the target's page"),
    Key("s", "scores and others' verdicts on or off"),
    Key("J", "next Key Event in the queue"),
    Key("K", "previous Key Event in the queue"),
    Key("/", "another target"),
    Key("0", "no target fits"),
    Key("?", "all keys", fixed=True),
)


@dataclass(frozen=True, slots=True)
class Keymap:
    """A person's keys. `on` is the switch; `pressed` says for each letter of the page what is pressed for it."""

    on: bool
    pressed: dict[str, str]

    def shown(self, letter: str) -> str:
        """What stands on the button of a letter: `A`, and `⇧J` where the shift key belongs to it."""
        key = self.pressed.get(letter, letter)
        return f"⇧{key}" if key.isalpha() and key.isupper() else key.upper()

    @property
    def means(self) -> dict[str, str]:
        """From what is pressed to the letter that the page means, for the keys that were put elsewhere.

        A letter that was moved away means nothing any more, unless another key was put on it.
        """
        moved = {letter: key for letter, key in self.pressed.items() if letter != key}
        return dict.fromkeys(moved, "") | {key: letter for letter, key in moved.items()}


def keymap(person: Person | None) -> Keymap:
    """The keys of a person; everybody's keys for a reader who is signed out."""
    settings = person.settings if person else {}
    own = settings.get("keymap")
    pressed = {key.letter: key.letter for key in KEYS}
    if isinstance(own, dict):
        pressed |= {letter: str(key) for letter, key in own.items() if letter in pressed}
    return Keymap(bool(settings.get("keys", True)), pressed)


def remap(wanted: dict[str, str]) -> dict[str, str]:
    """The keys that somebody put elsewhere, checked. Raises Invalid naming the key that cannot be, and why."""
    pressed = {key.letter: wanted.get(key.letter, key.letter) for key in KEYS if not key.fixed}
    for letter, key in pressed.items():
        if len(key) != 1 or key in FORBIDDEN or key in "?1234":
            raise Invalid(
                f"“{key}” cannot stand for {letter}: choose one letter or sign that is not a digit 1–4.", letter
            )
    taken: dict[str, str] = {}
    for letter, key in pressed.items():
        if key in taken:
            raise Invalid(f"“{key}” would stand for {taken[key]} and {letter}: choose another for one of them.", letter)
        taken[key] = letter
    return {letter: key for letter, key in pressed.items() if letter != key}


async def keep(request: Request) -> Response:
    """`POST /me/keys`: the switch, and a key for every letter; back to the page it came from."""
    person, sent = signed_in(request), await form(request)
    wanted = {name.removeprefix(FIELD): sent.text(name, max=9) for name in sent.fields if name.startswith(FIELD)}
    own = remap(wanted)
    await site(request).database.write(_keep, person.id, {"keys": "keys" in sent, "keymap": own})
    return RedirectResponse(same_site_path(sent.text("next", max=2000, default="/me")), status_code=303)


async def toggle_scores(request: Request) -> Response:
    """`POST /me/scores`: scores and others' verdicts on or off; back to the page it came from."""
    sent = await _keep_scores(request)
    return RedirectResponse(same_site_path(sent.text("next", max=2000, default="/me")), status_code=303)


async def toggle_scores_in_place(request: Request) -> Response:
    """`POST /me/scores/table`: the same from the table, which shows it at once and needs no answer."""
    await _keep_scores(request)
    return Response(status_code=204)


async def _keep_scores(request: Request) -> Form:
    person, sent = signed_in(request), await form(request)
    await site(request).database.write(_keep, person.id, {"scores": sent.choice("scores", Switch) is Switch.ON})
    return sent


def _keep(db: sqlite3.Connection, person: int, changes: dict[str, object]) -> None:
    for name, value in changes.items():
        curators.change_setting(db, person, name, value)
