"""The rules of the house as functions: each takes what it looks at, and gives a sentence for each thing that is wrong.

`tests/test_house.py` holds the tree against them, and each of them against a small sample that must not pass.
"""

import ast
import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OURS = ("core", "web", "scripts")

SQL = re.compile(
    r"\b(SELECT\b[\s\S]+\bFROM|INSERT\s+(OR\s+\w+\s+)?INTO|REPLACE\s+INTO|UPDATE\s+\w+\s+SET|DELETE\s+FROM"
    r"|CREATE\s+(TABLE|INDEX|TRIGGER|VIEW)|PRAGMA\s+\w+|BEGIN\s+IMMEDIATE)\b"
)
INLINE = (
    (re.compile(r"<script(?![^>]*\ssrc=)[^>]*>", re.I), "a script without src"),
    (re.compile(r"<style\b", re.I), "a style element"),
    (re.compile(r"<[^>]*\sstyle\s*=", re.I), "a style attribute"),
    (re.compile(r"<[^>]*\son\w+\s*=", re.I), "an on… attribute"),
    (re.compile(r"<[^>]*\shx-on\b", re.I), "hx-on"),
    (re.compile(r"(javascript|js):", re.I), "a javascript: or js: expression"),
    (re.compile(r"""hx-trigger\s*=\s*["'][^"']*\["""), "a trigger filter"),
)


def modules(root: Path = ROOT) -> dict[str, str]:
    """The source of every module of ours, by its dotted name."""
    found = {}
    for path in sorted(each for top in OURS for each in (root / top).rglob("*.py")):
        parts = path.relative_to(root).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path.read_text("utf-8")
    return found


def imports(sources: Mapping[str, str]) -> dict[str, set[str]]:
    """Which of these modules each of them imports, wherever in it the import stands. Package folders count as nothing:
    their `__init__` files only choose the SQLite library, or what the package is known for."""
    return {name: {other for other in _named(name, text) if other in sources} for name, text in sources.items()}


def _named(name: str, text: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name} imports relatively"
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def floor_of(module: str, floors: Sequence[Sequence[str]]) -> int | None:
    """The floor of a module, by the longest of the names that it is, or lies under; None where no floor names it."""
    found = [
        (len(name), floor)
        for floor, names in enumerate(floors)
        for name in names
        if module == name or module.startswith(f"{name}.")
    ]
    return max(found)[1] if found else None


def upward(graph: Mapping[str, Iterable[str]], floors: Sequence[Sequence[str]]) -> list[str]:
    """Modules without a floor, and imports of something on a higher one."""
    packages = {name.rpartition(".")[0] for name in graph} | {""}
    wrong = []
    for name in sorted(graph.keys() - packages):
        here = floor_of(name, floors)
        if here is None:
            wrong.append(f"{name} stands on no floor of docs/house.md")
            continue
        for other in sorted(set(graph[name]) - packages):
            there = floor_of(other, floors)
            if there is not None and there > here:
                wrong.append(f"{name} (floor {here}) imports {other} (floor {there})")
    return wrong


def cycles(graph: Mapping[str, Iterable[str]]) -> list[str]:
    """Modules that cannot be read in an order in which every import was read before."""
    packages = {name.rpartition(".")[0] for name in graph}
    left = {name: set(others) - packages - {name} for name, others in graph.items() if name not in packages}
    while free := [name for name, others in left.items() if not others & left.keys()]:
        for name in free:
            del left[name]
    return sorted(left)


def literals(text: str, words: Iterable[str]) -> list[str]:
    """Where a string that is one of `words`, or has one as its part between : / and ., stands in Python code."""
    wanted = set(words)
    return [
        f"line {node.lineno}: {node.value!r}" for node in _strings(text) if wanted & set(re.split(r"[:/.]", node.value))
    ]


def sql(text: str) -> list[str]:
    """Where SQL stands in Python code."""
    return [f"line {node.lineno}: {node.value[:60]!r}" for node in _strings(text) if SQL.search(node.value)]


def _strings(text: str) -> Iterator["ast.Constant"]:
    """The strings of a module that are not documentation."""
    tree = ast.parse(text)
    documents = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documents:
            yield node


def inline(text: str) -> list[str]:
    """What a template has that the content security policy forbids."""
    bare = re.sub(r"\{#[\s\S]*?#\}", "", text)
    return [f"{what}: {match.group()[:60]}" for pattern, what in INLINE for match in pattern.finditer(bare)]


def third_party(sources: Mapping[str, str], standard: Iterable[str]) -> set[str]:
    """The top names of what is imported from neither the standard library nor us."""
    known = {*standard, *OURS, "__future__"}
    return {other.partition(".")[0] for name, text in sources.items() for other in _named(name, text)} - known - {""}


def checksums(folder: Path) -> list[str]:
    """Files that differ from what CHECKSUMS in their folder says, that it misses, or that miss."""
    lines = (folder / "CHECKSUMS").read_text("utf-8").splitlines()
    said = {name: digest for digest, name in (line.split() for line in lines if line and not line.startswith("#"))}
    there = {path.name: path for path in folder.iterdir() if path.is_file() and path.name != "CHECKSUMS"}
    wrong = [f"{name} is not in CHECKSUMS" for name in sorted(there.keys() - said.keys())]
    wrong += [f"{name} is missing" for name in sorted(said.keys() - there.keys())]
    for name in sorted(there.keys() & said.keys()):
        if hashlib.sha256(there[name].read_bytes()).hexdigest() != said[name]:
            wrong.append(f"{name} differs from its checksum")
    return wrong


def block(document: str, heading: str) -> str:
    """The first fenced block under a heading of a Markdown document."""
    match = re.search(rf"^#+ {re.escape(heading)}$[\s\S]*?^```\w*\n([\s\S]*?)^```$", document, re.M)
    assert match is not None, f"no block under {heading!r}"
    return match[1]
