"""What is computed once, before the server forks: the run in force, every Key Event ranked, an encoder that has spoken.

All arrays are read-only and shared by the workers; a request only slices them. A vector file that cannot be believed
costs its source the suggestions and is told in `problems`; only an encoder that cannot encode stops the start.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
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
from core.ranking import displayed, rank_of, top_k
from core.recipe import Part, Recipe
from core.runs import Run
from core.scoring import Query, Ranked, Scorer, query
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


@dataclass(frozen=True, slots=True)
class Shelf:
    """One source, ranked: its scorer, the place of each accession, the best targets of every Key Event."""

    scorer: Scorer
    places: Mapping[str, int]
    ranked: Ranked


@dataclass(frozen=True, slots=True)
class Warm:
    """A run at work. `run` is None, and there is nothing to suggest, where no run could be taken up.

    `problems` are sentences for the banner and /readyz; `counts` says, for each vector file that was taken up, how it
    agrees with the catalogue; `folder` is where the run lies.
    """

    run: Run | None = None
    problems: tuple[str, ...] = ()
    counts: Mapping[str, Count] = field(default_factory=dict)
    recipe: Recipe = recipes.RECIPE
    folder: Path | None = None
    _encode: encoders.Encode | None = None
    _queries: Vectors | None = None
    _rows: Mapping[int, int] = field(default_factory=dict)
    _shelves: Mapping[Source, Shelf] = field(default_factory=dict)

    def suggestions(self, key_event: int) -> list[Suggestion]:
        """The best targets (200 a source) of a Key Event, by displayed score over all sources; ties by source, then
        accession. Empty for a Key Event that the run does not know."""
        return _merged(self._of_source(key_event, source) for source in self._shelves)

    def first(self, key_event: int, rows: int, least: int) -> list[Suggestion]:
        """The first `rows` of `suggestions`, with at least `least` of each source; ordered as these are."""
        columns = [list(islice(self._of_source(key_event, source), max(rows, least))) for source in self._shelves]
        certain = [suggestion for column in columns for suggestion in column[:least]]
        others = _merged(column[least:] for column in columns)
        return _merged([certain, others[: max(0, rows - len(certain))]])

    def of(self, key_event: int, target: TargetKey) -> Suggestion | None:
        """One pair, wherever it ranks; None where the run lacks the Key Event or the target."""
        found = self._place(key_event, target)
        if found is None:
            return None
        shelf, asked, place = found
        column = np.flatnonzero(shelf.ranked.places[self._rows[key_event]] == place)
        if len(column):
            return next(islice(self._of_source(key_event, target.source), int(column[0]), None))
        parts = shelf.scorer.parts(asked)
        scores = shelf.scorer.scores(parts)
        return self._suggestion(target.source, shelf, place, rank_of(scores, place), scores[place], parts[:, place])

    def part_ranks(self, key_event: int, target: TargetKey) -> dict[Part, int]:
        """The rank of a target under each part alone, among all of its source; empty where the run lacks the pair."""
        found = self._place(key_event, target)
        if found is None:
            return {}
        shelf, asked, place = found
        parts = shelf.scorer.parts(asked)
        return {part: rank_of(scores, place) for part, scores in zip(Part, parts, strict=True) if scores[place] > 0}

    def search(self, text: str, limit: int, source: Source | None = None) -> list[Suggestion]:
        """The targets of all sources, or one, whose meaning is nearest to a text; ordered as `suggestions`.

        The first 2,000 characters are read. Empty where nothing in the text is known. Pure computing: call it in a
        thread.
        """
        asked = self.asked(text)
        if not asked.vector.any() and not len(asked.characters.features):
            return []
        shelves = (
            self._shelves if source is None else {source: self._shelves[source]} if source in self._shelves else {}
        )
        return _merged(self._search(each, shelf, asked, limit) for each, shelf in shelves.items())[:limit]

    def meaning(self, words: Sequence[str]) -> Floats:
        """(words, width) float32: the unit vectors of single words, as `core.evidence.why` compares them; all zero
        where the encoder is a transformer, which has none for words."""
        if self._encode is None or self.run is None or self.run.model != encoders.EMBEDDED:
            return np.zeros((len(words), 1), np.float32)
        return np.array([self._encode(word) for word in words], dtype=np.float32)

    def asked(self, text: str) -> Query:
        """A text as a query: encoded and repaired as the run's titles are, with its n-grams, without genes."""
        text = text[:LONGEST_QUERY]
        vector = (
            self._encode(text)
            if self._encode and text.strip()
            else np.zeros(self.run.width if self.run else 0, np.float32)
        )
        return Query(vector, bag(grams(text)))

    def _search(self, source: Source, shelf: Shelf, asked: Query, limit: int) -> Iterator[Suggestion]:
        parts = shelf.scorer.parts(asked)
        scores = shelf.scorer.scores(parts)
        for rank, place in enumerate(top_k(scores, limit), start=1):
            yield self._suggestion(source, shelf, place, rank, scores[place], parts[:, place])

    def _of_source(self, key_event: int, source: Source) -> Iterator[Suggestion]:
        row = self._rows.get(key_event)
        if row is None:
            return
        shelf = self._shelves[source]
        ranked = shelf.ranked
        for column, place in enumerate(ranked.places[row]):
            yield self._suggestion(
                source, shelf, place, column + 1, ranked.scores[row, column], ranked.parts[row, column]
            )

    def _place(self, key_event: int, target: TargetKey) -> tuple[Shelf, Query, int] | None:
        shelf = self._shelves.get(target.source)
        row = self._rows.get(key_event)
        place = shelf.places.get(target.accession) if shelf else None
        if shelf is None or row is None or place is None or self._queries is None:
            return None
        return shelf, query(self._queries, row), place

    def _suggestion(
        self, source: Source, shelf: Shelf, place: int, rank: int, score: np.float32, parts: Floats
    ) -> Suggestion:
        extra = self.recipe.weights[source].total
        shown = float(displayed(np.asarray(score), extra, self.recipe.display))
        values = {str(part): float(value) for part, value in zip(Part, parts, strict=True)}
        return Suggestion(TargetKey(source, str(shelf.scorer.ids[place])), rank, shown, values)


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
    encode = encoders.of_run(folder, run)
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
        return Warm(run, problems, counts, recipe, folder, encode)
    queries = files[runs.KEY_EVENTS].take(both[runs.KEY_EVENTS])
    shelves = {
        source: _shelf(files[name].take(both[name]), queries, recipe, source)
        for source in targets
        if (name := runs.vector_file(source)) in files
    }
    rows = {int(id): row for row, id in enumerate(queries.ids)}
    return Warm(run, problems, counts, recipe, folder, encode, queries, rows, shelves)


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


def _shelf(file: Vectors, queries: Vectors, recipe: Recipe, source: Source) -> Shelf:
    scorer = Scorer(file, recipe.weights[source])
    ranked = scorer.rank_all(queries, recipe.kept)
    for array in (ranked.places, ranked.scores, ranked.parts):
        array.flags.writeable = False
    return Shelf(scorer, {str(id): place for place, id in enumerate(file.ids)}, ranked)


def _label(name: str) -> str:
    return next((spec(source).label for source in Source if runs.vector_file(source) == name), "any source")


def _merged(columns: Iterable[Iterable[Suggestion]]) -> list[Suggestion]:
    """All of them by score, falling; ties by source, then accession."""
    order = list(Source)
    return sorted(
        (suggestion for column in columns for suggestion in column),
        key=lambda each: (-each.score, order.index(each.target.source), each.target.accession),
    )
