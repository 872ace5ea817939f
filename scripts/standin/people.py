"""The people of the stand-in: named after what they do, numbered as GitHub numbers its own."""

from dataclasses import dataclass

from core.model import Role


@dataclass(frozen=True, slots=True)
class Persona:
    """Somebody to be. `role` is what the first run gives them through `scripts.people`; the stand-in knows no roles."""

    login: str
    number: int
    name: str
    does: str
    role: Role | None


PEOPLE: tuple[Persona, ...] = (
    Persona("curator", 1001, "Curator", "judges suggestions", Role.CURATOR),
    Persona("second-curator", 1002, "Second curator", "judges beside the first", Role.CURATOR),
    Persona("reviewer", 1003, "Reviewer", "approves what curators propose", Role.REVIEWER),
    Persona("admin", 1004, "Admin", "gives roles to people", Role.ADMIN),
    Persona("stranger", 1005, "Stranger", "is new here, and has no role", None),
)
BY_LOGIN = {persona.login: persona for persona in PEOPLE}
