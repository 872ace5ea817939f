"""A release for programs: what its folder has as manifest.json, and the database beside its name."""

from collections.abc import Iterable
from dataclasses import asdict

from core.export import citation, notes
from core.export.account import Account, Change, Changes, File
from core.export.published import LeftOut
from core.instruments import INSTRUMENTS
from core.version import VERSION

MOST_SHOWN = 50  # changes of each kind, and genes without an id; CHANGES.md has them all


def of(account: Account, files: Iterable[File]) -> dict[str, object]:
    """The account and the files as one object of JSON."""
    return {
        "name": account.name,
        "date": account.date.isoformat(),
        "address": account.address,
        "citation": citation.sentence(account),
        "licence": account.edition.licence,
        "software": f"Keyway {VERSION}",
        "decisions": account.decisions,
        "revision": account.revision,
        "mappings": {
            "total": account.total,
            "key_events": account.key_events,
            "by_source": {
                source: {tier or notes.NO_ASSESSMENT: count for tier, count in tiers.items()}
                for source, tiers in account.mappings.items()
            },
        },
        "contributors": [
            asdict(each.contributor) | {"proposed": each.proposed, "approved": each.approved}
            for each in account.credits
        ],
        "snapshots": [
            {"of": each.of, "release": each.release, "imported": each.imported_at.date().isoformat(),
             "entries": each.total, "sha256": each.sha256}
            for each in account.snapshots
        ],
        "instruments": [_instrument(*each) for each in account.instruments],
        "run": asdict(account.run) if account.run else None,
        "left_out": _targets(account.left_out),
        "without_ids": _without_ids(account.without_ids) if account.without_ids else None,
        "changes": _changes(account.changes) if account.changes else None,
        "files": [asdict(each) for each in sorted(files, key=lambda file: file.name)],
    }  # fmt: skip


def _targets(missing: LeftOut) -> list[dict[str, object]]:
    return [{"source": target.source, "target": target.accession, "title": title} for target, title in missing.targets]


def _without_ids(missing: LeftOut) -> dict[str, object]:
    """What gene sets by NCBI Gene id lack: how many genes, and the first of them."""
    genes = {"count": len(missing.genes), "first": missing.genes[:MOST_SHOWN]}
    return {"targets": _targets(missing), "genes": genes}


def _instrument(name: str, version: str, mappings: int) -> dict[str, object]:
    instrument = INSTRUMENTS.get((name, version))
    if instrument is None:
        return {"name": name, "version": version, "mappings": mappings}
    return asdict(instrument) | {"bonus_levels": sorted(instrument.bonus_levels), "mappings": mappings}


def _changes(said: Changes) -> dict[str, object]:
    """How many there are of each kind, and the first of them."""
    kinds = {"added": said.added, "changed": said.changed, "retired": said.retired}
    return {"since": said.since} | {
        kind: {"count": len(all), "first": [_change(each) for each in all[:MOST_SHOWN]]} for kind, all in kinds.items()
    }


def _change(each: Change) -> dict[str, object]:
    return {
        "uuid": each.uuid,
        "key_event": each.key_event,
        "key_event_title": each.key_event_title,
        "source": each.target.source,
        "target": each.target.accession,
        "title": each.title,
        "words": each.words,
    }
