"""The folder that holds an embedded encoder: a real sentence-transformers model, written and read without it.

`SentenceTransformer(folder)` gives `StaticEmbedding` (mean of rows), then `Normalize`; a test compares both readings.
"""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from safetensors import SafetensorError
from safetensors.numpy import load_file, save

from core.embedding.tokens import CONTINUES, GREEK, MAX_WORD, UNKNOWN
from core.errors import OperatorError

WEIGHTS, TOKENIZER = "model.safetensors", "tokenizer.json"
_NAME = "embedding.weight"

_MODULES = [
    {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.StaticEmbedding"},
    {"idx": 1, "name": "1", "path": "1_Normalize", "type": "sentence_transformers.models.Normalize"},
]
_CONFIG: dict[str, object] = {
    "model_type": "SentenceTransformer",
    "prompts": {},
    "default_prompt_name": None,
    "similarity_fn_name": "cosine",
}


@dataclass(frozen=True, slots=True)
class Embedded:
    """An embedded encoder: the id of each word and piece, and `table` (ids, dimensions) float32, not normalised."""

    vocabulary: dict[str, int]
    table: npt.NDArray[np.float32]


def write(folder: Path, embedded: Embedded) -> None:
    """Write the model into an existing folder; equal encoders give equal bytes."""
    (folder / "1_Normalize").mkdir()
    (folder / "1_Normalize" / "config.json").write_text("{}\n")
    (folder / "modules.json").write_text(_json(_MODULES))
    (folder / "config_sentence_transformers.json").write_text(_json(_CONFIG))
    (folder / TOKENIZER).write_text(tokenizer_json(embedded.vocabulary), "utf-8")
    (folder / WEIGHTS).write_bytes(save({_NAME: embedded.table}, metadata={"format": "np"}))


def read(folder: Path) -> Embedded:
    """The encoder that `write` left in `folder`. Raises OperatorError where it is missing, broken or another kind."""
    try:
        vocabulary = json.loads((folder / TOKENIZER).read_text("utf-8"))["model"]["vocab"]
        table = load_file(folder / WEIGHTS)[_NAME]
    except (OSError, ValueError, KeyError, TypeError, SafetensorError) as error:
        raise OperatorError(
            f"The encoder in {folder} cannot be read ({error}); run scripts.precompute again."
        ) from error
    if not isinstance(vocabulary, dict) or UNKNOWN not in vocabulary or table.ndim != 2 or table.dtype != np.float32:
        raise OperatorError(f"The encoder in {folder} is not an embedded one; run scripts.precompute again.")
    if sorted(vocabulary.values()) != list(range(len(table))):
        raise OperatorError(f"The encoder in {folder} has {len(vocabulary)} words and {len(table)} vectors.")
    table.flags.writeable = False
    return Embedded(vocabulary, table)


def tokenizer_json(vocabulary: dict[str, int]) -> str:
    """The rule of `tokens`, with this vocabulary, in the words of the tokenizers library."""
    spelled = [{"type": "Replace", "pattern": {"String": a}, "content": f" {b} "} for a, b in GREEK.items()]
    return _json(
        {
            "version": "1.0",
            "truncation": None,
            "padding": None,
            "added_tokens": [],
            "normalizer": {"type": "Sequence", "normalizers": [{"type": "NFKC"}, {"type": "Lowercase"}, *spelled]},
            "pre_tokenizer": {
                "type": "Split",
                "pattern": {"Regex": r"[^\p{L}\p{N}]+"},
                "behavior": "Removed",
                "invert": False,
            },
            "post_processor": None,
            "decoder": None,
            "model": {
                "type": "WordPiece",
                "unk_token": UNKNOWN,
                "continuing_subword_prefix": CONTINUES,
                "max_input_chars_per_word": MAX_WORD,
                "vocab": vocabulary,
            },
        }
    )


def _json(data: object) -> str:
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"
