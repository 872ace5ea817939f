"""Provenance as the database writes it: a JSON object beside the decision that brought it."""

import json

from core.model import Contributor, Provenance, State, Tier
from core.store import clock


def text(provenance: Provenance | None) -> str | None:
    """The object in which `read` finds a provenance again."""
    if provenance is None:
        return None
    said = {
        "state": provenance.state,
        "origin": provenance.origin,
        "author": _named(provenance.author),
        "at": clock.text(provenance.at) if provenance.at else None,
        "approver": _named(provenance.approver),
        "approved_at": clock.text(provenance.approved_at) if provenance.approved_at else None,
        "tier": provenance.tier,
        "score": provenance.score,
    }
    return json.dumps({name: value for name, value in said.items() if value is not None and value != {}})


def read(written: str | None) -> Provenance | None:
    """The provenance that `text` wrote."""
    if not written:
        return None
    said = json.loads(written)
    return Provenance(
        state=State(said["state"]),
        origin=said["origin"],
        author=Contributor(**said.get("author", {})),
        at=clock.moment(said["at"]) if "at" in said else None,
        approver=Contributor(**said.get("approver", {})),
        approved_at=clock.moment(said["approved_at"]) if "approved_at" in said else None,
        tier=Tier(said["tier"]) if "tier" in said else None,
        score=said.get("score"),
    )


def named(somebody: Contributor) -> str | None:
    """Who is to be credited, for `contributor`; None for nobody whom linked data could name."""
    return json.dumps(_named(somebody)) if somebody.curie else None


def contributor(written: str) -> Contributor:
    """Who `named` wrote."""
    return Contributor(**json.loads(written))


def _named(somebody: Contributor) -> dict[str, str]:
    said = {"login": somebody.login, "name": somebody.name, "orcid": somebody.orcid}
    return {name: value for name, value in said.items() if value}
