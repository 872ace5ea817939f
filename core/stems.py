"""Words by their stems (Porter's English stemmer), as they stand in a text; each text and word is read once."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

import snowballstemmer

from core.embedding.tokens import words
from core.recipe import COMMON_WORDS, DIRECTION_WORDS

WORD = re.compile(r"[^\W_]+")
_stemmer = snowballstemmer.stemmer("english")


@dataclass(frozen=True, slots=True)
class Read:
    """A word as it stands in a text: the words it is read as ("TNFα" is two), stem and word of those that tell, and
    these stems."""

    words: tuple[str, ...]
    telling: tuple[tuple[str, str], ...]
    stems: tuple[str, ...]


@lru_cache(maxsize=32)
def stems(text: str) -> Mapping[str, str]:
    """The stems of a text's telling words with the first word of each, in the order of the text. Common words, words
    of direction and single characters tell nothing."""
    found: dict[str, str] = {}
    for each in dict.fromkeys(WORD.findall(text)):
        for stem, word in read(each).telling:
            found.setdefault(stem, word)
    return MappingProxyType(found)


@lru_cache(maxsize=100_000)
def read(word: str) -> Read:
    """What a word of a text is read as."""
    found = tuple(words(word))
    telling = (each for each in found if len(each) > 1 and each not in COMMON_WORDS and each not in DIRECTION_WORDS)
    pairs = tuple((stem(each), each) for each in telling)
    return Read(found, pairs, tuple(stem for stem, _ in pairs))


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """The stem of one word, which is written in small letters."""
    found: str = _stemmer.stemWord(word)
    return found
