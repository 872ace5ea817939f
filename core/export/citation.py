"""How a release wants to be cited and deposited: CITATION.cff (version 1.2), Zenodo's metadata, and one sentence."""

import json
from collections.abc import Iterable, Iterator
from html import escape

from core import orcid, sources
from core.export.account import Account
from core.model import Contributor

TITLE = "Mappings of AOP Key Events to pathways and processes"
MESSAGE = "If you use these mappings, please cite them with the names of those who made them."
KEYWORDS = ("adverse outcome pathway", "key event", "pathway", "gene set", "toxicogenomics", "ontology mapping")
DATABASES: dict[str, tuple[str, str]] = {
    sources.AOP_WIKI: (sources.AOP_WIKI_LABEL, sources.AOP_WIKI_HOME),
    **{str(spec.source): (spec.label, spec.home) for spec in sources.SPECS.values()},
}


def abstract(account: Account) -> str:
    """What the release is, in two sentences."""
    made_of = ", ".join(f"{DATABASES[each.of][0]} {each.release}" for each in account.snapshots if each.of in DATABASES)
    return (
        f"{account.total:,} mappings of {account.key_events:,} Key Events of Adverse Outcome Pathways to pathways and "
        f"biological processes, proposed and approved by curators. Made of {made_of}."
    )


def parted(somebody: Contributor) -> tuple[str, str]:
    """Family and given names, where a name has both. The family's is what stands before a comma, or the last word with
    the small ones before it: `van der Berg`."""
    if "," in somebody.name:
        family, _, given = (part.strip() for part in somebody.name.partition(","))
    else:
        words = somebody.name.split()
        first = len(words) - 1
        while first > 1 and words[first - 1].islower():
            first -= 1
        given, family = " ".join(words[:first]), " ".join(words[first:])
    return (family, given) if family and given else ("", "")


def sentence(account: Account) -> str:
    """The citation as a list of references has it."""
    names = [" ".join(reversed(parted(each.contributor))).strip() or each.contributor.label for each in account.credits]
    who = ", ".join(names[:-1]) + (" and " if len(names) > 1 else "") + names[-1] if names else "Keyway"
    return f"{who} ({account.date.year}). {TITLE}, release {account.name}. {account.address}"


def cff(account: Account) -> str:
    """CITATION.cff, which GitHub, Zenodo and Zotero read."""
    return "\n".join(_cff(account)) + "\n"


def zenodo(account: Account) -> str:
    """`.zenodo.json`: what Zenodo asks of a deposit."""
    related = [(account.address, "isIdenticalTo")]
    if account.changes:
        related.append((f"{account.edition.home}/releases/{account.changes.since}", "isNewVersionOf"))
    related += [(DATABASES[each.of][1], "isDerivedFrom") for each in account.snapshots if each.of in DATABASES]
    said = {
        "title": f"{TITLE}, release {account.name}",
        "upload_type": "dataset",
        "publication_date": account.date.isoformat(),
        "description": f"<p>{escape(abstract(account))}</p>",
        "creators": _once(_creator(each.contributor) for each in account.credits),
        "access_right": "open",
        "license": account.edition.licence.lower(),
        "version": account.name,
        "language": "eng",
        "keywords": list(KEYWORDS),
        "notes": f"Descriptions of Key Events come from {sources.AOP_WIKI_LABEL} ({sources.AOP_WIKI_LICENCE}).",
        "related_identifiers": [
            {"identifier": address, "relation": relation, "resource_type": "dataset"} for address, relation in related
        ],
    }
    return json.dumps(said, indent=2, ensure_ascii=False) + "\n"


def _once(people: Iterable[dict[str, str]]) -> list[dict[str, str]]:
    """Each once: two of one name and nothing else are one to Zenodo and to CITATION.cff, which take nobody twice."""
    return [dict(each) for each in dict.fromkeys(tuple(somebody.items()) for somebody in people)]


def _creator(somebody: Contributor) -> dict[str, str]:
    family, given = parted(somebody)
    named = {"name": f"{family}, {given}" if family else somebody.label}
    return named | ({"orcid": somebody.orcid} if somebody.orcid else {})


def _cff(account: Account) -> Iterator[str]:
    """The lines. A text of JSON is a text of YAML."""
    for name, value in (
        ("cff-version", "1.2.0"),
        ("message", MESSAGE),
        ("type", "dataset"),
        ("title", TITLE),
        ("abstract", abstract(account)),
        ("version", account.name),
        ("date-released", account.date.isoformat()),
        ("license", account.edition.licence),
        ("url", account.address),
    ):
        yield f"{name}: {_text(value)}"
    yield "keywords:"
    yield from (f"  - {_text(word)}" for word in KEYWORDS)
    yield "authors:"
    for author in _once(_author(each.contributor) for each in account.credits):
        yield from _listed(author.items(), "  ")
    yield "references:"
    for snapshot in account.snapshots:
        if snapshot.of in DATABASES:
            label, home = DATABASES[snapshot.of]
            said = [("type", "database"), ("title", label), ("version", snapshot.release), ("url", home)]
            yield from _listed(said, "  ")
            yield "    authors:"
            yield f"      - name: {_text(label)}"


def _author(somebody: Contributor) -> dict[str, str]:
    family, given = parted(somebody)
    said = {
        "family-names": family,
        "given-names": given or somebody.name.strip(),
        "alias": somebody.login or ("" if somebody.name else somebody.label),
        "orcid": orcid.PAGE.format(somebody.orcid) if somebody.orcid else "",
    }
    return {field: value for field, value in said.items() if value}


def _listed(said: Iterable[tuple[str, str]], indent: str) -> Iterator[str]:
    """An object as an item of a list."""
    for place, (name, value) in enumerate(said):
        yield f"{indent}{'  ' if place else '- '}{name}: {_text(value)}"


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)
