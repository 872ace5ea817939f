"""The words of Keyway: plain values that every other module speaks in.

Nothing here reads, writes or decides. A word that is not in this package (or in `docs/house.md`) is not a word of
Keyway: a Key Event is never an "event node", a target never a "candidate", a mapping never a "link".
"""

from core.model.catalogue import Aop, KeyEvent, Membership, Pair, Relationship, Snapshot, Suggestion, Target, TargetKey
from core.model.decided import Assessment, Claim, Decision, Evidence, Mapping, NoTarget, Provenance, Suggested
from core.model.kinds import Act, AopRole, GeneNames, Level, Progress, Relation, Role, Source, State, Tier
from core.model.people import Contributor, Person

__all__ = [
    "Act",
    "Aop",
    "AopRole",
    "Assessment",
    "Claim",
    "Contributor",
    "Decision",
    "Evidence",
    "GeneNames",
    "KeyEvent",
    "Level",
    "Mapping",
    "Membership",
    "NoTarget",
    "Pair",
    "Person",
    "Progress",
    "Provenance",
    "Relation",
    "Relationship",
    "Role",
    "Snapshot",
    "Source",
    "State",
    "Suggested",
    "Suggestion",
    "Target",
    "TargetKey",
    "Tier",
]
