"""The recipe: every number that shapes a suggestion, as data in one place.

A run carries the recipe that made it, so what a curator saw last year can be told from what is computed today.
`docs/ranking.md` says how each number was found, and which others were tried.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

from core.model import Source


class Part(StrEnum):
    """The parts of a score, in the order in which they are shown."""

    DENSE = "dense"
    CHARACTERS = "characters"
    GENES = "genes"
    EXPECTED = "expected genes"
    SIZE = "set size"

    @property
    def shown(self) -> str:
        """What people read: "meaning" for dense, "spelling" for characters."""
        return {Part.DENSE: "meaning", Part.CHARACTERS: "spelling"}.get(self, self.value)


@dataclass(frozen=True, slots=True)
class Texts:
    """How much each text of a thing weighs, and how many characters of its description are read."""

    title: float
    description: float = 0.0
    synonyms: float = 0.0
    characters: int = 600


@dataclass(frozen=True, slots=True)
class Weights:
    """What is added to the dense cosine: each part lies in [0, 1] or is a cosine. `neighbours` is how much those of a
    Key Event count beside it within the dense cosine."""

    characters: float
    genes: float
    expected: float
    size: float
    neighbours: float = 0.0

    @property
    def total(self) -> float:
        """The weight of all parts beside the dense one."""
        return self.characters + self.genes + self.expected + self.size

    @property
    def typed(self) -> float:
        """The weight of those that a text without genes can have."""
        return self.characters + self.size


@dataclass(frozen=True, slots=True)
class Embedding:
    """How the embedded encoder is built: see `core.embedding`."""

    dimensions: int = 512
    window: int = 12
    smoothing: float = 0.75
    spectrum_power: float = 0.5
    iterations: int = 2
    epochs: int = 3
    batch: int = 512
    scale: float = 20.0
    rate: float = 0.01
    seed: int = 149


@dataclass(frozen=True, slots=True)
class Bridge:
    """How expected genes are read off: the best targets of each source, and how fast their weight falls with score."""

    targets: int = 10
    temperature: float = 0.1


@dataclass(frozen=True, slots=True)
class Whitening:
    """How a transformer's vectors are repaired: the mean of each field out, then dimensions scaled by σ^-power."""

    dimensions: int = 512
    power: float = 0.5


@dataclass(frozen=True, slots=True)
class Recipe:
    """All of it. `display` is the power p of the score that people see: ((c + 1) / 2)^p; it never changes the order."""

    key_event: Texts = Texts(title=0.6, description=0.4, characters=300)
    targets: Mapping[Source, Texts] = field(
        default_factory=lambda: {
            Source.WIKIPATHWAYS: Texts(title=0.6, description=0.4, characters=300),
            Source.GO: Texts(title=0.6, synonyms=0.3, description=0.1),
            Source.REACTOME: Texts(title=0.6, description=0.4),
        }
    )
    weights: Mapping[Source, Weights] = field(
        default_factory=lambda: {
            Source.WIKIPATHWAYS: Weights(characters=0.3, genes=0.05, expected=0.8, size=0.15, neighbours=0.3),
            Source.GO: Weights(characters=0.2, genes=0.05, expected=0.1, size=0.2),
            Source.REACTOME: Weights(characters=0.4, genes=0.05, expected=0.2, size=0.1, neighbours=0.3),
        }
    )
    embedding: Embedding = Embedding()
    bridge: Bridge = Bridge()
    whitening: Whitening = Whitening()
    display: float = 1.0
    kept: int = 200


RECIPE = Recipe()


def _listed(words: str) -> frozenset[str]:
    return frozenset(words.split())


INCREASES = _listed(
    "increase increases increased increasing activation activate activates activated activating induction induced"
    " induces elevated elevation upregulation upregulated enhanced enhancement stimulation stimulated higher gain"
    " agonism agonist positive promotes accumulation"
)
DECREASES = _listed(
    "decrease decreases decreased decreasing inhibition inhibit inhibits inhibited inhibiting reduction reduce reduces"
    " reduced suppression suppressed downregulation downregulated diminished lower loss decline antagonism antagonist"
    " blockade blocked negative depletion depleted deficiency"
)
CHANGES = _listed("altered alteration alterations change changes changed disruption disrupted impaired abnormal")

# What says where a Key Event goes, and not what it is about: left out of the query, and out of the query alone.
# Words that also name a process (gain, accumulation, positive, negative …) stay.
DIRECTION_WORDS = (INCREASES | DECREASES | CHANGES) - _listed(
    "gain positive promotes accumulation negative depletion depleted deficiency"
)

# What every second text has: never worth a mark.
COMMON_WORDS = _listed(
    "a an and are as at be been by can for from has have in into is it its may no not of on or other such than that the"
    " their these this those to via was were when where which while who will with within without"
    " human pathway pathways process processes"
    " also although both but because between cause caused causes causing different due during each either first found"
    " however include includes including involve involved involves known lead leading leads like major many more most"
    " often one only present related result resulting results role several shown some such through thus two type types"
    " used using various well across do does etc move moves our them they we"
)


def as_data(recipe: Recipe) -> dict[str, object]:
    """The recipe as JSON has it."""
    data: dict[str, object] = json.loads(json.dumps(asdict(recipe)))
    return data


def fingerprint(data: object) -> str:
    """SHA-256, in hex, of a JSON value, whatever the order of its keys."""
    return hashlib.sha256(json.dumps(data, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def from_data(data: Mapping[str, object]) -> Recipe:
    """The recipe that `as_data` wrote. Raises ValueError or TypeError for data that is none of this version."""
    nested = {"embedding": Embedding, "bridge": Bridge, "whitening": Whitening, "key_event": Texts}
    values: dict[str, object] = {}
    for name, value in data.items():
        if name in ("targets", "weights"):
            kind = Texts if name == "targets" else Weights
            values[name] = {Source(source): kind(**fields) for source, fields in _mapping(value).items()}
        else:
            values[name] = nested[name](**_mapping(value)) if name in nested else value
    return Recipe(**values)  # type: ignore[arg-type]


def _mapping(value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise TypeError(f"{value!r} is not an object")
    return value
