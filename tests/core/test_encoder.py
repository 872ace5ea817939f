"""Encoders: the embedded one as sentence-transformers itself reads it, and any other through its real class."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from sentence_transformers import SentenceTransformer
from transformers import BertConfig, BertModel, BertTokenizerFast

from core import batches, repair, runs
from core.embedding import building, layout
from core.encoder import StaticEncoder, TransformerEncoder
from core.errors import OperatorError
from core.recipe import Embedding
from core.texts import QUERY
from tests import catalogues, made

QUESTIONS = [
    "oxidative damage of mitochondria",
    "TNFα / NF-κB signalling",
    "hepatocellular",
    "酸化ストレス",
    "",
    "p53, p53 and p53",
]
TEXTS = [
    "hepatocytes, hepatoma, hepatotoxic, hepatobiliary, hepatomegaly: oxidative damage of mitochondria",
    "TNFα, NF-κB and p53 in cellular, molecular, vascular and muscular stress",
]


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the small catalogue's database and an embedded run."""
    folder = tmp_path_factory.mktemp("small")
    made.run(catalogues.small(folder), folder / "vectors")
    return folder


@pytest.fixture(scope="module")
def tiny_bert(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A BERT of two small layers that has learnt nothing, saved as a sentence-transformers model."""
    from sentence_transformers.models import Pooling, Transformer

    folder = tmp_path_factory.mktemp("bert")
    letters = [chr(code) for code in range(ord("a"), ord("z") + 1)] + list("0123456789")
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *letters, *(f"##{letter}" for letter in letters)]
    (folder / "vocab.txt").write_text("\n".join([*words, "stress", "apoptosis", "oxidative", "cell"]))
    config = BertConfig(
        vocab_size=len(words) + 4,
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=64,
    )
    BertModel(config).save_pretrained(folder)
    BertTokenizerFast(str(folder / "vocab.txt")).save_pretrained(folder)
    modules = [Transformer(str(folder), max_seq_length=64), Pooling(32)]
    SentenceTransformer(modules=modules, device="cpu").save(str(folder / "model"))
    return folder / "model"


class TestEmbedded:
    def test_sentence_transformers_reads_the_same_vectors(self, tmp_path: Path) -> None:
        layout.write(tmp_path, built := building.built(TEXTS, [(TEXTS[0], TEXTS[1])], Embedding(dimensions=16)))
        assert "hepato" in built.vocabulary and "hepatocellular" not in built.vocabulary
        theirs = SentenceTransformer(str(tmp_path), device="cpu").encode(QUESTIONS, show_progress_bar=False)
        ours = StaticEncoder(layout.read(tmp_path)).encode(QUESTIONS)
        assert np.abs(ours - theirs).max() < 1e-6
        assert np.linalg.norm(ours, axis=1).round(5).tolist() == [1, 1, 1, 0, 0, 1]

    @pytest.mark.parametrize("name", [layout.WEIGHTS, layout.TOKENIZER])
    def test_a_broken_folder_is_refused(self, small: Path, tmp_path: Path, name: str) -> None:
        folder = made.copied(small / "vectors", tmp_path / "vectors") / runs.ENCODER
        (folder / name).write_bytes(b"{}")
        with pytest.raises(OperatorError, match="run scripts.precompute again"):
            layout.read(folder)

    def test_words_without_vectors_are_refused(self, small: Path, tmp_path: Path) -> None:
        folder = made.copied(small / "vectors", tmp_path / "vectors") / runs.ENCODER
        (folder / layout.TOKENIZER).write_text(layout.tokenizer_json({"[UNK]": 0, "cell": 1}), "utf-8")
        with pytest.raises(OperatorError, match="has 2 words and"):
            layout.read(folder)


class TestTransformer:
    def test_a_model_from_a_folder_makes_a_run_that_the_server_takes_up(
        self, small: Path, tiny_bert: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        out = small / "bert"
        folder = made.run(small / "keyway.db", out, "--model", str(tiny_bert))
        assert "encode: 100%" in capsys.readouterr().err  # the bar says how long the rest will take
        run = runs.read(folder)
        assert (run.model, run.width) == (str(tiny_bert), 32)
        assert not (folder / runs.ENCODER).exists()
        warm = made.taken_up(small / "keyway.db", out)
        assert warm.problems == () and len(warm.suggestions(1115)) == 6
        assert len(warm.search("oxidative stress", 3)) == 3
        assert sorted(path.name for path in out.glob("[!.]*")) == ["current", folder.name]
        assert [path.name for path in out.glob(".encoded-*/*")] == [batches.ALL], "for the next computation"

    def test_what_is_asked_goes_through_the_repair_of_the_run(self, small: Path, tiny_bert: Path) -> None:
        folder = made.run(small / "keyway.db", small / "bert", "--model", str(tiny_bert))
        raw = TransformerEncoder(str(tiny_bert), offline=True).encode(["oxidative stress"])
        warm = made.taken_up(small / "keyway.db", small / "bert")
        asked = warm.asked("oxidative stress")
        assert np.allclose(asked.vector, repair.read(folder / runs.REPAIR)(QUERY, raw)[0], atol=1e-5)

    def test_a_run_whose_repair_is_gone_stops_the_start(self, small: Path, tiny_bert: Path, tmp_path: Path) -> None:
        made.run(small / "keyway.db", tmp_path, "--model", str(tiny_bert))
        (runs.current(tmp_path) / runs.REPAIR).unlink()
        with pytest.raises(OperatorError, match=r"repair\.npz cannot be read"):
            made.taken_up(small / "keyway.db", tmp_path)

    def test_another_repair_stops_the_start(self, small: Path, tiny_bert: Path, tmp_path: Path) -> None:
        folder = made.run(small / "keyway.db", tmp_path, "--model", str(tiny_bert))
        own = repair.read(folder / runs.REPAIR)
        repair.write(folder / runs.REPAIR, repair.Repair(own.means, -own.projection))
        with pytest.raises(OperatorError, match=r"repair\.npz is not the file that run model.* was made with"):
            made.taken_up(small / "keyway.db", tmp_path)

    @pytest.mark.parametrize("name", ["", "/nowhere/at-all"])
    def test_a_model_that_is_not_there_is_told(self, tmp_path: Path, name: str) -> None:
        with pytest.raises(OperatorError, match="cannot be loaded"):
            TransformerEncoder(name or str(tmp_path), offline=True)

    def test_nothing_starts_threads_that_die_in_a_fork(self, tiny_bert: Path) -> None:
        import torch

        TransformerEncoder(str(tiny_bert), offline=True)
        assert torch.get_num_threads() == 1 and os.environ["TOKENIZERS_PARALLELISM"] == "false"

    def test_it_encodes_after_a_fork(self, tiny_bert: Path) -> None:
        encoder = TransformerEncoder(str(tiny_bert), offline=True)
        encoder.encode(["warm"])
        child = os.fork()
        if not child:
            os._exit(0 if encoder.encode(["stress"] * 8).shape == (8, 32) else 1)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


class Counting:
    """An encoder that counts what it is asked, and breaks down where it is told to."""

    width = 3

    def __init__(self, breaks_at: int = 10**9, says: float = 1.0) -> None:
        self.asked: list[str] = []
        self.breaks_at = breaks_at
        self.says = says

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        self.asked += texts
        if len(self.asked) > self.breaks_at:
            raise KeyboardInterrupt
        return np.array([[len(text), self.says, 0] for text in texts], dtype=np.float32)


class Steps:
    """How many batches were told of, and how many were done."""

    def __init__(self) -> None:
        self.expected, self.done = 0, 0

    def __call__(self, expected: int) -> Callable[[], None]:
        self.expected = expected
        return self.step

    def step(self) -> None:
        self.done += 1


class TestBatches:
    TEXTS = ["x" * number for number in range(batches.BATCH * 3 + 5)]

    def test_an_interrupted_computation_goes_on_where_it_was(self, tmp_path: Path) -> None:
        with pytest.raises(KeyboardInterrupt):
            batches.encoded(Counting(breaks_at=batches.BATCH * 2), self.TEXTS, tmp_path, Steps())
        second, steps = Counting(), Steps()
        rows = batches.encoded(second, self.TEXTS, tmp_path, steps)
        probe, *asked = second.asked
        assert (probe, asked) == (self.TEXTS[0], self.TEXTS[2 * batches.BATCH :])
        assert (steps.expected, steps.done) == (2, 2)
        assert rows[:, 0].tolist() == [len(text) for text in self.TEXTS]

    def test_the_next_computation_encodes_what_is_new_and_nothing_else(self, tmp_path: Path) -> None:
        batches.encoded(Counting(), self.TEXTS, tmp_path, Steps())
        changed = ["new and first", *self.TEXTS[7:300], "new in the middle", *reversed(self.TEXTS[300:])]
        again, steps = Counting(), Steps()
        rows = batches.encoded(again, changed, tmp_path, steps)
        assert again.asked[1:] == ["new and first", "new in the middle"], (
            "the first one is asked whether it is the same"
        )
        assert (steps.expected, steps.done) == (1, 1)
        assert rows[:, 0].tolist() == [len(text) for text in changed]
        assert [file.name for file in tmp_path.iterdir()] == [batches.ALL]
        third = Counting()
        batches.encoded(third, self.TEXTS[:7], tmp_path, Steps())
        assert third.asked == self.TEXTS[:7], "what was gone is not kept for ever"

    def test_a_model_that_says_something_else_by_now_encodes_everything(self, tmp_path: Path) -> None:
        batches.encoded(Counting(), self.TEXTS, tmp_path, Steps())
        other = Counting(says=2.0)
        rows = batches.encoded(other, self.TEXTS, tmp_path, Steps())
        assert other.asked[1:] == self.TEXTS
        assert set(rows[:, 1]) == {2.0}

    def test_a_broken_file_is_made_again(self, tmp_path: Path) -> None:
        batches.encoded(Counting(), self.TEXTS, tmp_path, Steps())
        for file in tmp_path.iterdir():
            file.write_bytes(file.read_bytes()[:40])
        again = Counting()
        assert batches.encoded(again, self.TEXTS, tmp_path, Steps()).shape == (len(self.TEXTS), 3)
        assert again.asked == self.TEXTS

    def test_no_texts_are_no_rows(self, tmp_path: Path) -> None:
        assert batches.encoded(Counting(), [], tmp_path, Steps()).shape == (0, 3)
