"""What an import writes of AOPs: their titles, which Key Events they have, and their arrows."""

import sqlite3
from collections.abc import Collection, Iterable
from dataclasses import asdict

from core.model import Membership, Relationship


def keep_memberships(db: sqlite3.Connection, current: Collection[int], memberships: Iterable[Membership]) -> None:
    """Make `memberships` the places in AOPs of the Key Events `current`; those of withdrawn ones stay as they were."""
    wanted = {(membership.aop.id, membership.key_event): membership for membership in memberships}
    gone = [
        {"aop": aop, "key_event": key_event}
        for aop, key_event in db.execute("SELECT aop, key_event FROM aop_member").fetchall()
        if key_event in current and (aop, key_event) not in wanted
    ]
    db.executemany("DELETE FROM aop_member WHERE aop = :aop AND key_event = :key_event", gone)
    db.executemany(
        "INSERT INTO aop (id, title, oecd_status) VALUES (:id, :title, :oecd_status)"
        " ON CONFLICT (id) DO UPDATE SET title = :title, oecd_status = :oecd_status",
        [asdict(aop) for aop in {membership.aop.id: membership.aop for membership in wanted.values()}.values()],
    )
    db.executemany(
        "INSERT INTO aop_member (aop, key_event, role) VALUES (:aop, :key_event, :role)"
        " ON CONFLICT (aop, key_event) DO UPDATE SET role = :role",
        [{"aop": aop, "key_event": key_event, "role": each.role} for (aop, key_event), each in wanted.items()],
    )


def keep_relationships(
    db: sqlite3.Connection, current: Collection[int], relationships: Collection[Relationship]
) -> None:
    """Make `relationships` the arrows between the Key Events `current`; those of withdrawn ones stay as they were."""
    wanted = {(arrow.aop, arrow.upstream, arrow.downstream) for arrow in relationships}
    standing = {tuple(row) for row in db.execute("SELECT aop, upstream, downstream FROM aop_relationship").fetchall()}
    gone = [row for row in standing - wanted if row[1] in current and row[2] in current]
    names = ("aop", "upstream", "downstream")
    db.executemany(
        "DELETE FROM aop_relationship WHERE aop = :aop AND upstream = :upstream AND downstream = :downstream",
        [dict(zip(names, row, strict=True)) for row in gone],
    )
    db.executemany(
        "INSERT INTO aop_relationship (aop, upstream, downstream) VALUES (:aop, :upstream, :downstream)",
        [dict(zip(names, row, strict=True)) for row in sorted(wanted - standing)],
    )


def forget_empty(db: sqlite3.Connection) -> None:
    """Remove AOPs that no Key Event and no arrow is in any more."""
    db.execute(
        "DELETE FROM aop WHERE id NOT IN (SELECT aop FROM aop_member) AND id NOT IN (SELECT aop FROM aop_relationship)"
    )
