"""Small files in the sources' own forms, to parse, to serve and to import."""

import gzip
import io
import json
import zipfile
from pathlib import Path

from core.ingest.neutral import File

FOLDER = Path(__file__).with_name("fixtures") / "sources"
SAVED_PAGE = b"<!DOCTYPE HTML>\n<html><head>\n<title>302 Found</title></head><body>It has moved.</body></html>\n"


def file(name: str) -> File:
    """A file of `tests/fixtures/sources`: `go/go-basic.obo`."""
    return File(name, (FOLDER / name).read_bytes())


def answer(*rows: dict[str, str], name: str = "answer.json") -> File:
    """A SPARQL answer with these rows."""
    bindings = [{variable: {"type": "literal", "value": value} for variable, value in row.items()} for row in rows]
    return File(name, json.dumps({"head": {"vars": []}, "results": {"bindings": bindings}}).encode())


def gzipped(file: File) -> File:
    """The file, packed by gzip."""
    return File(f"{file.name}.gz", gzip.compress(file.content))


def zipped(file: File) -> File:
    """The file, alone in a zip archive."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(Path(file.name).name, file.content)
    return File(f"{file.name}.zip", packed.getvalue())


def parts(of: str) -> dict[str, tuple[File, ...]]:
    """The files of a source by part, as a deployment gets them."""
    names: dict[str, dict[str, str]] = {
        "aopwiki": {part: f"{part}.json" for part in ("key-events", "aops", "members", "relationships", "genes")},
        "wikipathways": {part: f"{part}.json" for part in ("pathways", "genes", "ncbi", "tags")},
        "go": {"ontology": "go-basic.obo", "annotations": "goa_human.gaf"},
        "reactome": {
            "names": "ReactomePathways.txt",
            "hierarchy": "ReactomePathwaysRelation.txt",
            "genes": "ReactomePathways.gmt",
            "summations": "pathway2summation.txt",
        },
    }
    found = {part: (file(f"{of}/{name}"),) for part, name in names[of].items()}
    packed = {"annotations": gzipped} if of == "go" else {"genes": zipped} if of == "reactome" else {}
    return {part: tuple(packed.get(part, lambda same: same)(each) for each in files) for part, files in found.items()}
