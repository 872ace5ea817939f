"""How else a word may be written: other endings, British and American, Greek letters, short names and long ones; and
the genes that everybody calls by another name than their symbol."""

import re
from collections.abc import Iterator, Sequence

SHORTEST = 5  # letters of a word that has other endings; shorter ones are names
KEPT = ("ss", "us", "is")  # endings in s that are no plural
ENDINGS = (
    ("sses", "ss"),
    ("sis", "tic"),
    ("tic", "sis"),
    ("ies", "y"),
    ("s", ""),
    ("ondria", "ondrion"),
    ("ondrion", "ondria"),
    ("ia", "ium"),
    ("ium", "ia"),
    ("lling", "ling"),
    ("ling", "lling"),
    ("our", "or"),
)
# What British and American writers make of the same word: each way round, at the end, at the beginning.
ATLANTIC_ENDINGS = ((("is", "iz"), "(?:ation|e|ed|es|ing|er)s?"), (("aemi", "emi"), "(?:as?|c)"))
ATLANTIC_BEGINNINGS = (
    ("oestr", "estr"),
    ("oedem", "edem"),
    ("oesoph", "esoph"),
    ("haem", "hem"),
    ("foet", "fet"),
    ("tumour", "tumor"),
)
# Names that are written out as often as not, alone or with a number or a letter behind them: IL6, interleukin 6.
WRITTEN_OUT = {
    "ache": ("acetylcholinesterase",),
    "ahr": ("aryl hydrocarbon receptor",),
    "ar": ("androgen receptor",),
    "bsep": ("bile salt export pump",),
    "car": ("constitutive androstane receptor",),
    "casp": ("caspase",),
    "ecm": ("extracellular matrix",),
    "emt": ("epithelial mesenchymal transition",),
    "er": ("endoplasmic reticulum", "estrogen receptor"),
    "fxr": ("farnesoid x receptor",),
    "gr": ("glucocorticoid receptor",),
    "gsh": ("glutathione",),
    "ifn": ("interferon",),
    "il": ("interleukin",),
    "lxr": ("liver x receptor",),
    "nis": ("sodium iodide symporter",),
    "ppar": ("peroxisome proliferator activated receptor",),
    "pxr": ("pregnane x receptor",),
    "ros": ("reactive oxygen species",),
    "tgf": ("transforming growth factor",),
    "tnf": ("tumor necrosis factor", "tumour necrosis factor"),
    "tpo": ("thyroid peroxidase", "thyroperoxidase"),
    "tsh": ("thyroid stimulating hormone",),
    "upr": ("unfolded protein response",),
    "vegf": ("vascular endothelial growth factor",),
}
# The other way round; what is short for two names is taken for neither.
_LONG = [(long, short) for short, names in WRITTEN_OUT.items() for long in names if short != "er"]
SHORT = {long: short for long, short in _LONG if " " not in long}
SHORTENED = {long: short for long, short in _LONG if " " in long}
SHORT_NAMES = {long.replace(" ", ""): short for long, short in SHORTENED.items()}
WHOLE_NAME = re.compile(rf"\b({'|'.join(long.replace(' ', '[ -]') for long in SHORTENED)})\b", re.IGNORECASE)
GREEK = {"alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "kappa": "κ", "omega": "ω"}
LETTERS = {letter: name for name, letter in GREEK.items()}
SPELT = str.maketrans(LETTERS)
# A name and its number or letter, written as two words: IL 6, KE 149, PPAR alpha
APART = re.compile(
    r"\b(?:([A-Za-z]{2,5}|caspase|interleukin) ([0-9]{1,5})"
    rf"|(er|err|hif|ifn|interferon|lxr|ppar|rar|ror|rxr|tgf|tnf) ({'|'.join(GREEK)}|[{''.join(LETTERS)}]))\b",
    re.IGNORECASE,
)
LETTERED = re.compile(rf"([a-z0-9]+?)({'|'.join(GREEK)})([a-z0-9]*)")
KAPPA = re.compile(r"(nf|i)kb")
NUMBERED = re.compile(r"([a-z]+)([0-9]+)")
# What biologists call genes whose symbols are others, as they stand without what parts them: Nrf2, TNF-α, β-catenin.
CALLED = {
    name: symbols.split()
    for name, symbols in {
        "akt": "akt1", "alphasma": "acta2", "ampk": "prkaa1", "betacatenin": "ctnnb1", "bip": "hspa5",
        "bsep": "abcb11", "car": "nr1i3", "cfos": "fos", "chop": "ddit3", "cjun": "jun", "cmyc": "myc",
        "cox1": "ptgs1", "cox2": "ptgs2", "cyclind1": "ccnd1", "ecadherin": "cdh1", "enos": "nos3", "era": "esr1",
        "erb": "esr2", "erk": "mapk1 mapk3", "erk1": "mapk3", "erk2": "mapk1", "fxr": "nr1h4", "glut1": "slc2a1",
        "glut4": "slc2a4", "gr": "nr3c1", "grp78": "hspa5", "her2": "erbb2", "hif1": "hif1a", "ho1": "hmox1",
        "hsp70": "hspa1a", "hsp90": "hsp90aa1", "il8": "cxcl8", "inos": "nos2", "ire1": "ern1", "ire1a": "ern1",
        "jnk": "mapk8", "kim1": "havcr1", "lxr": "nr1h2 nr1h3", "lxra": "nr1h3", "lxrb": "nr1h2", "mcp1": "ccl2",
        "mrp2": "abcc2", "ngal": "lcn2", "nis": "slc5a5", "nmdar": "grin1", "nnos": "nos1", "nrf2": "nfe2l2",
        "ntcp": "slc10a1", "p16": "cdkn2a", "p21": "cdkn1a", "p27": "cdkn1b", "p38": "mapk14", "p65": "rela",
        "pai1": "serpine1", "perk": "eif2ak3", "pgc1a": "ppargc1a", "pxr": "nr1i2", "tgfb": "tgfb1", "tnfa": "tnf",
        "trkb": "ntrk2", "vegf": "vegfa", "vegfr2": "kdr",
    }.items()
}  # fmt: skip


def together(text: str) -> str:
    """`text` with names of several words, and names and their numbers or letters, in one: IL-6 for IL 6."""
    return APART.sub(_hyphened, WHOLE_NAME.sub(_hyphened, text))


def symbols(word: str) -> list[str]:
    """What a gene of that name may be called as a symbol, in lower case, as far as rules and common use tell: `il6` for
    interleukin6, `ppara` for pparα, `nfe2l2` for nrf2. The likeliest first."""
    symbol = _symbol(SHORT_NAMES.get(word, word))
    called = [*CALLED.get(symbol, ()), *CALLED.get(word.translate(SPELT), ())]
    return list(dict.fromkeys([symbol, *called]))


def of(runs: Sequence[str]) -> list[str]:
    """The ways to write a word whose pieces between hyphens are `runs`: as they are, written as one, and otherwise."""
    joined = "".join(runs).lower()
    swapped = [LETTERS.get(run.lower()) or GREEK.get(run.lower()) or run for run in runs]
    greek = (" ".join(swapped), "".join(swapped)) if swapped != list(runs) else ()
    forms = _forms(joined) if len(runs) == 1 else [SHORT_NAMES[joined]] if joined in SHORT_NAMES else ()
    return list(dict.fromkeys((" ".join(runs), joined, *greek, *_names(joined), *_lettered(joined), *forms)))


def _hyphened(found: re.Match[str]) -> str:
    return found[0].replace(" ", "-")


def _symbol(word: str) -> str:
    numbered = NUMBERED.fullmatch(word)
    if numbered and numbered[1] in SHORT:
        return f"{SHORT[numbered[1]]}{numbered[2]}"
    lettered = LETTERED.fullmatch(word.translate(SPELT))
    if not lettered:
        return word
    numbered = NUMBERED.fullmatch(lettered[1])
    name = f"{SHORT.get(numbered[1], numbered[1])}{numbered[2]}" if numbered else SHORT.get(lettered[1], lettered[1])
    return f"{name}{lettered[2][0]}{lettered[3]}"


def _names(word: str) -> Iterator[str]:
    """`il6` as `il 6` and as `interleukin 6`, and the other way round."""
    numbered = NUMBERED.fullmatch(word)
    letters, number = numbered.groups() if numbered else (word, "")
    if number:
        yield f"{letters} {number}"
    for name in WRITTEN_OUT.get(letters, ()):
        yield f"{name} {number}".rstrip()
    if letters in SHORT:
        yield from (f"{SHORT[letters]} {number}".rstrip(), f"{SHORT[letters]}{number}")


def _lettered(word: str) -> Iterator[str]:
    """`tgfbeta` as `tgf beta`, `tgf β`, `tgfβ` and `tgfb`; `nfkb` as `nf kappab`, `il1b` as `il 1b` and so on."""
    found = LETTERED.fullmatch(KAPPA.sub(r"\1kappab", word.translate(SPELT)))
    if not found:
        return
    name, letter, rest = found.groups()
    for written in (letter, GREEK[letter], letter[0]):
        yield from (f"{name} {written}{rest}", f"{name}{written}{rest}")
        yield from (f"{name} {written} {rest}", f"{name}{written} {rest}") if rest else ()
        if numbered := NUMBERED.fullmatch(name):
            yield f"{numbered[1]} {numbered[2]}{written}{rest}"
    for long in WRITTEN_OUT.get(name, ()):
        yield from (f"{long} {letter}{rest}", f"{long} {GREEK[letter]}{rest}")
    if name in SHORT:
        yield from (f"{SHORT[name]} {GREEK[letter]}{rest}", f"{SHORT[name]}{GREEK[letter]}{rest}")
        yield f"{SHORT[name]} {letter}{rest}"


def _forms(word: str) -> Iterator[str]:
    if len(word) < SHORTEST or not word.isalpha():
        return
    for ending, other in ENDINGS:
        if word.endswith(ending) and not (ending == "s" and word.endswith(KEPT)):
            yield word.removesuffix(ending) + other
    if not word.endswith("s"):
        yield f"{word}s"
    yield from _across(word)


def _across(word: str) -> Iterator[str]:
    """`sensitization` for sensitisation, `estrogen` for oestrogen, and the other way round."""
    for pair in ATLANTIC_BEGINNINGS:
        for begins, other in (pair, pair[::-1]):
            if word.startswith(begins):
                yield other + word.removeprefix(begins)
    for pair, rest in ATLANTIC_ENDINGS:
        for ends, other in (pair, pair[::-1]):
            if re.search(rf"[^aeiou]{ends}{rest}$", word):
                yield re.sub(rf"{ends}({rest})$", rf"{other}\1", word)
