"""A model as large as BERT-base that has learnt nothing: what it weighs is real, what it says is not."""

from pathlib import Path

LAYERS, WIDTH = 12, 768
LONGEST = 64  # pieces of a text that are read


def make(folder: Path, layers: int = LAYERS, longest: int = LONGEST) -> Path:
    """A sentence-transformers model with a BERT of so many layers, 768 wide. Returns its folder.

    Raises ImportError where sentence-transformers is not installed.
    """
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
    from transformers import BertConfig, BertModel, BertTokenizerFast  # type: ignore[attr-defined]

    parts = folder / "parts"
    parts.mkdir(parents=True)
    letters = [chr(code) for code in range(ord("a"), ord("z") + 1)]
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *letters, *(f"##{letter}" for letter in letters)]
    (parts / "vocab.txt").write_text("\n".join(words))
    BertModel(BertConfig(num_hidden_layers=layers)).save_pretrained(parts)
    BertTokenizerFast(str(parts / "vocab.txt")).save_pretrained(parts)
    modules = [Transformer(str(parts), max_seq_length=longest), Pooling(WIDTH)]
    SentenceTransformer(modules=modules, device="cpu").save(str(folder / "model"))
    return folder / "model"
