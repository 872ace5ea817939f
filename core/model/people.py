"""Who decides, and who is credited."""

from dataclasses import dataclass, field
from datetime import datetime

from core.model.kinds import Role

# A login as GitHub gives it; one of a company's managed users ends with _ and the company's short name.
LOGIN_FORM = r"[A-Za-z0-9][A-Za-z0-9_-]{0,38}"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who has signed in. `role` is None for a stranger (signed in, no role).

    `admitted_by` is the label of the access code that made them curator, empty where an admin did; `orcid` is theirs to
    link, for credit. `asked_back` counts the claims of theirs that a reviewer has asked back, where a visit read it.
    """

    id: int
    login: str
    name: str
    role: Role | None
    enabled: bool = True
    asked_for_role_at: datetime | None = None
    settings: dict[str, object] = field(default_factory=dict, hash=False)
    asked_back: int = 0
    orcid: str = ""
    admitted_by: str = ""

    def may(self, role: Role) -> bool:
        """Whether this person, at this moment, holds at least `role`."""
        return self.enabled and self.role is not None and self.role >= role


@dataclass(frozen=True, slots=True)
class Contributor:
    """Somebody who is credited for a mapping: one of our people, or who a file that was imported names."""

    login: str = ""
    name: str = ""
    orcid: str = ""

    @property
    def curie(self) -> str:
        """How linked data names them: `orcid:0000-…` where linked, else `github:login`; empty for nobody."""
        return f"orcid:{self.orcid}" if self.orcid else f"github:{self.login}" if self.login else ""

    @property
    def label(self) -> str:
        """What to call them: name, login or ORCID, the first that is known."""
        return self.name or self.login or self.orcid
