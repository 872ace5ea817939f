"""What is computed once, before the server forks: the run in force, every Key Event ranked, an encoder that has spoken.

All arrays are read-only and shared by the workers; a request only slices them. A vector file that cannot be believed
costs its source the suggestions and is told in `problems`; only an encoder that cannot encode stops the start.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt

from core import encoder as encoders
from core import recipe as recipes
from core import runs, vectors
from core.bags import bag, grams
from core.errors import OperatorError
from core.model import Source, Suggestion, TargetKey
from core.npz import Refused
from core.recipe import Part, Recipe
from core.runs import Run
from core.scoring import Query
from core.shelf import Shelf, filled
from core.sources import spec
from core.vectors import Vectors

Floats = npt.NDArray[np.float32]

LONGEST_QUERY = 2_000


@dataclass(frozen=True, slots=True)
class Count:
    """How a vector file and the catalogue agree: in both, in the file alone (dropped), in the catalogue alone (found by
    search only)."""

    known: int
    dropped: int
    missing: int


@dataclass(frozen=True, slots=True, eq=False)
class Warm:
    """A run at work. `run` is None, and there is nothing to suggest, where no run could be taken up. Each is equal to
    itself alone.

    `problems` are sentences for the banner and /readyz; `counts` says, for each vector file that was taken up, how it
    agrees with the catalogue; `folder` is where the run lies.
    """

    run: Run | None = None
    problems: tuple[str, ...] = ()
    counts: Mapping[str, Count] = field(default_factory=dict)
    recipe: Recipe = recipes.RECIPE
    folder: Path | None = None
    _reading: encoders.Reading | None = None
    _rows: Mapping[int, int] = field(default_factory=dict)
    _shelves: Mapping[Source, Shelf] = field(default_factory=dict)

    def suggestions(self, key_event: int) -> list[Suggestion]:
        """The best targets (200 a source) of a Key Event, by displayed score over all sources; ties by source, then
        accession. Empty for a Key Event that the run does not know."""
        return _merged(self._columns(key_event, self.recipe.kept))

    def first(self, key_event: int, rows: int, least: int) -> list[Suggestion]:
        """The first `rows` of `suggestions`, with at least `least` of each source; ordered as these are."""
        columns = self._columns(key_event, max(rows, least))
        certain = [suggestion for column in columns for suggestion in column[:least]]
        others = _merged(column[least:] for column in columns)
        return _merged([certain, others[: max(0, rows - len(certain))]])

    def best(self, key_event: int, source: Source, most: int) -> list[Suggestion]:
        """The best targets of one source (200 at the most), by rank; empty where the run lacks Key Event or source."""
        shelf, row = self._shelves.get(source), self._rows.get(key_event)
        return [] if shelf is None or row is None else shelf.best(row, min(most, self.recipe.kept))

    def of(self, key_event: int, target: TargetKey) -> Suggestion | None:
        """One pair, wherever it ranks; None where the run lacks the Key Event or the target."""
        shelf, row = self._shelves.get(target.source), self._rows.get(key_event)
        return None if shelf is None or row is None else shelf.of(row, target.accession)

    def listed(self, key_event: int, target: TargetKey) -> Suggestion | None:
        """One pair as it was ranked; None where it is not among the best of its source. Nothing is computed for it."""
        shelf, row = self._shelves.get(target.source), self._rows.get(key_event)
        return None if shelf is None or row is None else shelf.listed(row, target.accession)

    def part_ranks(self, key_event: int, target: TargetKey) -> dict[Part, int]:
        """The rank of a target under each part alone, among all of its source; empty where the run lacks the pair."""
        shelf, row = self._shelves.get(target.source), self._rows.get(key_event)
        return {} if shelf is None or row is None else shelf.part_ranks(row, target.accession)

    def search(self, text: str, limit: int, source: Source | None = None) -> list[Suggestion]:
        """The targets of all sources, or one, whose meaning is nearest to a text; ordered as `suggestions`.

        The first 2,000 characters are read. Empty where nothing in the text is known. Pure computing: call it in a
        thread.
        """
        asked = self.asked(text)
        if not asked.vector.any() and not len(asked.characters.features):
            return []
        shelves = [shelf for shelf in self._shelves.values() if source in (None, shelf.source)]
        return _merged(shelf.nearest(asked, limit) for shelf in shelves)[:limit]

    def expected(self, key_event: int, genes: Sequence[str]) -> tuple[str, ...]:
        """Those of `genes` that the run expects of a Key Event, the likeliest first; ties in the order of `genes`."""
        row, shelf = self._rows.get(key_event), next(iter(self._shelves.values()), None)
        return () if shelf is None or row is None else shelf.expected(row, genes)

    def meaning(self, words: Sequence[str]) -> Floats:
        """(words, width) float32: the unit vectors of single words, as `core.evidence.why` compares them; zero for
        words that the encoder does not know by themselves."""
        return self._reading.words(words) if self._reading else np.zeros((len(words), 1), np.float32)

    def asked(self, text: str) -> Query:
        """A text as a query: encoded and repaired as the run's titles are, with its n-grams, without genes."""
        text = text[:LONGEST_QUERY]
        vector = (
            self._reading.text(text)
            if self._reading and text.strip()
            else np.zeros(self.run.width if self.run else 0, np.float32)
        )
        return Query(vector, bag(grams(text)))

    def _columns(self, key_event: int, most: int) -> list[list[Suggestion]]:
        row = self._rows.get(key_event)
        return [] if row is None else [shelf.best(row, most) for shelf in self._shelves.values()]


def load(vectors_dir: Path, key_events: Sequence[int], targets: Mapping[Source, Sequence[str]]) -> Warm:
    """Take up the run in force for a catalogue with these Key Events and accessions, and rank everything once.

    Without a run, or with one that knows less than half of the catalogue, the result suggests nothing and says why.
    Raises OperatorError where the run's encoder is missing or cannot encode.
    """
    try:
        folder = runs.current(vectors_dir)
        run = runs.read(folder)
        recipe = recipes.from_data(run.recipe)
    except (OperatorError, TypeError, ValueError, KeyError) as error:
        return Warm(problems=(f"No suggestions: {error}",))
    reading = encoders.of_run(folder, run)
    wanted = {runs.KEY_EVENTS: [str(id) for id in key_events]}
    wanted |= {runs.vector_file(source): list(accessions) for source, accessions in targets.items()}
    files, problems = _files(folder, run, list(wanted))
    both = {name: np.flatnonzero(np.isin(file.ids, np.array(wanted[name], np.str_))) for name, file in files.items()}
    counts = {
        name: Count(len(rows), len(files[name]) - len(rows), len(wanted[name]) - len(rows))
        for name, rows in both.items()
    }
    known, total = sum(count.known for count in counts.values()), sum(len(wanted[name]) for name in files)
    if known * 2 < total:
        refused = f"No suggestions: run {run.name} knows {known:,} of {total:,} entries; run scripts.precompute."
        return Warm(problems=(refused,), counts=counts)
    if runs.KEY_EVENTS not in files:
        return Warm(run, problems, counts, recipe, folder, reading)
    queries = files[runs.KEY_EVENTS].take(both[runs.KEY_EVENTS])
    shelves = {
        source: filled(source, files[name].take(both[name]), queries, recipe)
        for source in targets
        if (name := runs.vector_file(source)) in files
    }
    rows = {int(id): row for row, id in enumerate(queries.ids)}
    return Warm(run, problems, counts, recipe, folder, reading, rows, shelves)


def _files(folder: Path, run: Run, names: Sequence[str]) -> tuple[dict[str, Vectors], tuple[str, ...]]:
    """The vector files of a run that can be believed, and a sentence for each other one."""
    found: dict[str, Vectors] = {}
    problems = []
    for name in names:
        try:
            found[name] = _belongs(vectors.read(folder / name), run, name)
        except Refused as refusal:
            problems.append(f"No suggestions from {_label(name)}: {refusal}; run scripts.precompute again.")
    return found, tuple(problems)


def _belongs(file: Vectors, run: Run, name: str) -> Vectors:
    """The file, if this run made it. Raises Refused for another run's, another width or another catalogue's."""
    about = {"name": run.name, "text_hash": run.text_hash, "width": run.width}
    for key, expected in about.items():
        if file.run.get(key) != expected:
            raise Refused(f"{name} says {key} {file.run.get(key)}, run.json says {expected}")
    if file.matrix.shape[1] != run.width:
        raise Refused(f"{name} has rows of width {file.matrix.shape[1]}, expected {run.width}")
    return file


def _label(name: str) -> str:
    return next((spec(source).label for source in Source if runs.vector_file(source) == name), "any source")


def _merged(columns: Iterable[Iterable[Suggestion]]) -> list[Suggestion]:
    """All of them by score, falling; ties by source, then accession."""
    order = list(Source)
    return sorted(
        (suggestion for column in columns for suggestion in column),
        key=lambda each: (-each.score, order.index(each.target.source), each.target.accession),
    )
