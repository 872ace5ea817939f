"""What a release tells its readers, in Markdown: README.md and CHANGES.md."""

import re
from collections.abc import Iterable, Iterator, Sequence

from core import sources
from core.export import citation
from core.export.account import Account, Change
from core.export.citation import DATABASES
from core.export.published import LeftOut
from core.model import Source, Tier
from core.sources import SPECS

SIGNS = re.compile(r"([\\`*_\[\]<>|~#])")
NO_ASSESSMENT = "not assessed"


def plain(text: str) -> str:
    """A text that Markdown shows as it is, on one line."""
    return SIGNS.sub(r"\\\1", " ".join(text.split()))


def readme(account: Account, exports: Iterable[tuple[str, str]], others: Iterable[tuple[str, str]]) -> str:
    """README.md: what the release is, how to check, read and cite it, and who made it.

    `exports` are the files (name and title) that stand there for each single source too, `others` those that do not.
    """
    prefixes = ", ".join(f"`{source}-…`" for source in Source)
    return _joined(
        [
            f"# {citation.TITLE}, release {account.name}",
            citation.abstract(account),
            f"Published on {account.date} at <{account.address}>. What is new stands in CHANGES.md.",
            _table(("source", *Tier, NO_ASSESSMENT, "mappings"), _counts(account)),
            "## Files",
            _table(("file", "what it is"), [(f"`{name}`", plain(title)) for name, title in exports]),
            f"These are of all sources. Each is there for one source too, its name before it: {prefixes}. Gene sets "
            "have HGNC symbols of the snapshots below, those with -ncbi in their name ids of NCBI Gene; SSSOM files "
            "follow schema 1.1; texts in CSV and TSV that a spreadsheet could take for a formula have a `'` before "
            "them.",
            _table(("beside them", "what it is"), [(f"`{name}`", plain(title)) for name, title in others]),
            "## Check",
            "    sha256sum -c SHA256SUMS",
            "## Read",
            "In Python:",
            '    import pandas; pandas.read_csv("mappings.csv")\n    import gseapy; gseapy.read_gmt("key-events.gmt")',
            "In R:",
            '    fgsea::gmtPathways("key-events.gmt")\n    clusterProfiler::read.gmt("key-events.gmt")',
            "## Made of",
            _table(("source", "release", "imported", "entries", "SHA-256"), _snapshots(account)),
            *_made_with(account),
            "## Who",
            _table(("who", "ORCID", "proposed", "approved"), _people(account)),
            "## Cite and use",
            plain(citation.sentence(account)),
            f"The mappings are under {plain(account.edition.licence)}. Texts of {sources.AOP_WIKI_LABEL} are "
            f"{sources.AOP_WIKI_LICENCE}; "
            + ", ".join(f"those of {spec.label} {spec.licence}" for spec in SPECS.values())
            + ".",
        ]
    )


def changes(account: Account) -> str:
    """CHANGES.md: what came, changed and ended since the release before, and what the gene sets leave out."""
    return _joined([f"# Changes in {account.name}", *_changes(account), *_left_out(account)])


def label(key: str) -> str:
    """What a source, or AOP-Wiki, is called."""
    return DATABASES[key][0] if key in DATABASES else key


def _changes(account: Account) -> Iterator[str]:
    said = account.changes
    if said is None:
        yield f"The first release: all {account.total:,} mappings are new. `mappings.csv` lists them."
        return
    counts = f"{len(said.added):,} added, {len(said.changed):,} changed, {len(said.retired):,} retired"
    yield f"Since {said.since}: {counts}."
    for word, listed in (("Added", said.added), ("Changed", said.changed), ("Retired", said.retired)):
        if listed:
            yield f"## {word}"
            yield "\n".join(_line(each) for each in listed)
    yield "## Sources"
    yield "\n".join(
        f"- {label(each.of)}: {_moved(said.releases.get(each.of, ''), each.release)}" for each in account.snapshots
    )


def _line(change: Change) -> str:
    which = f"KE {change.key_event} {plain(change.key_event_title)} – {change.target.accession} {plain(change.title)}"
    return f"- {which}: {plain(change.words) or 'no reason was given'}"


def _moved(before: str, now: str) -> str:
    return f"{plain(now)}, as before" if before == now else f"{plain(before) or 'none'} → {plain(now)}"


def _left_out(account: Account) -> Iterator[str]:
    if account.left_out.targets:
        yield "## Left out of the gene sets"
        yield "No gene is known of these mapped targets, so the GMT files lack them; every other file has them."
        yield _targets(account.left_out)
    yield "## Left out of the gene sets by NCBI Gene id"
    missing = account.without_ids
    if missing is None:
        yield "The catalogue has no ids of NCBI Gene, so the files by them are empty."
        return
    if missing.targets:
        yield "No gene of these mapped targets has an id:"
        yield _targets(missing)
    yield f"Genes of mapped targets without an id: {', '.join(map(plain, missing.genes)) or 'none'}."


def _targets(missing: LeftOut) -> str:
    return "\n".join(
        f"- {target.accession} {plain(title)} ({SPECS[target.source].label})" for target, title in missing.targets
    )


def _counts(account: Account) -> Iterator[Sequence[str]]:
    for source in Source:
        tiers = account.mappings[source]
        yield SPECS[source].label, *(f"{tiers[tier]:,}" for tier in (*Tier, None)), f"{sum(tiers.values()):,}"
    totals = [sum(account.mappings[source][tier] for source in Source) for tier in (*Tier, None)]
    yield "all", *(f"{total:,}" for total in totals), f"{account.total:,}"


def _snapshots(account: Account) -> Iterator[Sequence[str]]:
    for each in account.snapshots:
        day = each.imported_at.date().isoformat()
        yield label(each.of), plain(each.release), day, f"{each.total:,}", f"`{each.sha256}`"


def _made_with(account: Account) -> Iterator[str]:
    used = [f"{name} version {version} ({count:,} mappings)" for name, version, count in account.instruments]
    if used:
        yield f"Confidence by the instruments {', '.join(used)}; `manifest.json` has their questions and points."
    if account.run:
        revision = f", revision {plain(account.run.revision)}" if account.run.revision else ""
        yield f"Suggestions by the run `{account.run.name}` of the model {plain(account.run.model)}{revision}."


def _people(account: Account) -> Iterator[Sequence[str]]:
    for each in account.credits:
        somebody = each.contributor
        yield plain(somebody.label), somebody.orcid or "–", f"{each.proposed:,}", f"{each.approved:,}"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def _joined(parts: Iterable[str]) -> str:
    return "\n\n".join(parts) + "\n"
