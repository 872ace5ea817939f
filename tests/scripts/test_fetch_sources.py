"""Fetching the sources, from a server that has their shapes and a network's faults; and importing what came."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from core import settings
from core.errors import OperatorError
from core.ingest.parts import Part
from core.model import Source
from core.store import connection, hierarchy, key_events, snapshots, targets
from scripts import fetch_sources, import_catalogue
from scripts.fetched import Kept
from scripts.fetching import Client, Limits
from tests import catalogues, source_server
from tests.source_server import SourceServer, clipped, cut, empty, halfway, leads_to, page, status

QUICK = Limits(tries=3, first_wait=0.0, longest_wait=0.01, silence=5.0)
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.fixture
def server() -> Iterator[SourceServer]:
    with source_server.serve() as server:
        yield server


def fetch(server: SourceServer, folder: Path, *of: str, limits: Limits = QUICK, **more: str) -> None:
    found = settings.read({"DATA_DIR": str(folder.parent), **server.settings, **more})
    fetch_sources.fetch(found, of or ["aopwiki", "wikipathways", "go", "reactome"], folder, NOW, limits)


def manifest(folder: Path) -> dict[str, dict[str, dict[str, list[dict[str, object]]]]]:
    found: dict[str, dict[str, dict[str, list[dict[str, object]]]]] = json.loads((folder / "manifest.json").read_text())
    return found


def test_everything_is_kept_as_it_was_received_and_imported(server: SourceServer, tmp_path: Path) -> None:
    folder = tmp_path / "2026-11-23"
    fetch(server, folder)
    found = manifest(folder)
    assert found["releases"] == {
        "aopwiki": "2026-11-23",
        "wikipathways": "2026-11-23",
        "go": "2026-06-15",
        "reactome": "2026-11-13",
    }
    for parts in found["parts"].values():
        for files in parts.values():
            for kept in files:
                content = (folder / str(kept["name"])).read_bytes()
                assert (len(content), sha256(content).hexdigest()) == (kept["bytes"], kept["sha256"])
    assert (folder / "go/go-basic.obo").exists() or (folder / "go/purl").exists()
    assert not list(folder.rglob("*.part*"))

    path = catalogues.empty(tmp_path)
    import_catalogue.main(["--db", str(path), "--fetched", str(folder)])
    with connection.reader(path) as db:
        assert key_events.ids(db) == [55, 149, 344, 1115]
        assert list(targets.counts(db).values()) == [3, 5, 3]
        assert {of: each.release for of, each in snapshots.in_force(db).items()} == found["releases"]
        (above,) = hierarchy.parents(db, targets.TargetKey(Source.REACTOME, "R-HSA-109581"))
        assert above.title == "Programmed Cell Death"


def test_an_answer_is_read_to_its_end_whatever_a_service_gives_at_once(server: SourceServer, tmp_path: Path) -> None:
    server.most_rows = 2
    fetch(server, tmp_path / "got", "wikipathways")
    pages = manifest(tmp_path / "got")["parts"]["wikipathways"]
    assert [len(pages[part]) for part in ("pathways", "genes", "tags")] == [2, 3, 1]


@pytest.mark.parametrize("fault", [status(429, Retry_After="0"), status(503), status(500), page, empty, cut, clipped])
def test_a_passing_fault_of_a_service_is_tried_again(server: SourceServer, tmp_path: Path, fault: object) -> None:
    server.faults.extend([fault, None, fault])  # type: ignore[list-item]
    fetch(server, tmp_path / "got", "aopwiki")
    assert set(manifest(tmp_path / "got")["parts"]["aopwiki"]) == set(source_server.TELLS["aopwiki"].values())


@pytest.mark.parametrize("fault", [status(429), status(503), page, empty, cut])
def test_a_passing_fault_of_a_download_is_tried_again(server: SourceServer, tmp_path: Path, fault: object) -> None:
    server.faults.extend([fault, None, fault])  # type: ignore[list-item]
    fetch(server, tmp_path / "got", "go")
    assert manifest(tmp_path / "got")["releases"]["go"] == "2026-06-15"  # type: ignore[comparison-overlap]


def test_half_an_answer_of_a_service_that_ran_out_of_time_is_not_taken(server: SourceServer, tmp_path: Path) -> None:
    server.faults.append(halfway)
    fetch(server, tmp_path / "got", "aopwiki")
    assert len(server.asked) == 1 + 2 * 5


def test_a_download_that_broke_off_goes_on_where_it_stopped(server: SourceServer, tmp_path: Path) -> None:
    server.faults.extend([None, cut])
    fetch(server, tmp_path / "got", "go")
    asked = [request.headers.get("range") for request in server.asked]
    half = len(source_server.FILES["go/goa_human.gaf.gz"]) // 2
    assert asked == [None, None, f"bytes={half}-"]
    assert (tmp_path / "got/go/goa_human.gaf.gz").read_bytes() == source_server.FILES["go/goa_human.gaf.gz"]


def test_the_next_call_goes_on_too_and_fetches_nothing_twice(server: SourceServer, tmp_path: Path) -> None:
    server.faults.extend([None, cut])
    with pytest.raises(OperatorError, match="could not be fetched in 1 tries"):
        fetch(server, tmp_path / "got", "go", limits=Limits(tries=1))
    server.asked.clear()
    fetch(server, tmp_path / "got", "go")
    assert [request.headers.get("range") is None for request in server.asked] == [False]


def test_what_is_another_file_by_now_is_fetched_from_its_beginning(server: SourceServer, tmp_path: Path) -> None:
    server.faults.extend([cut, lambda request, body: source_server.ranged(request, b"!" + body, '"another"')])
    fetch(server, tmp_path / "got", "reactome")
    assert (tmp_path / "got/reactome/ReactomePathways.txt").read_bytes().startswith(b"!R-BTA")


def test_a_part_longer_than_the_file_is_forgotten(server: SourceServer, tmp_path: Path) -> None:
    partial = tmp_path / "got/reactome/ReactomePathways.txt.part"
    partial.parent.mkdir(parents=True)
    partial.write_bytes(b"x" * 10_000)
    partial.with_name(f"{partial.name}.version").write_text(source_server.ETAG)
    fetch(server, tmp_path / "got", "reactome")
    assert (tmp_path / "got/reactome/ReactomePathways.txt").read_bytes().startswith(b"R-BTA")


@pytest.mark.parametrize("tries", [page, status(503), clipped])
def test_a_service_that_stays_broken_is_told_and_what_came_is_kept(
    server: SourceServer, tmp_path: Path, tries: object
) -> None:
    server.faults.extend([None, None, *[tries] * 3])  # type: ignore[list-item]
    with pytest.raises(OperatorError, match="could not be fetched in 3 tries: .*; try again later"):
        fetch(server, tmp_path / "got", "aopwiki")
    assert list(manifest(tmp_path / "got")["parts"]["aopwiki"]) == ["key-events"]
    assert manifest(tmp_path / "got")["releases"] == {}


def test_an_answer_without_rows_is_an_error(server: SourceServer, tmp_path: Path) -> None:
    server.most_rows = 0
    with pytest.raises(OperatorError, match="has no key-events: an empty answer is an error"):
        fetch(server, tmp_path / "got", "aopwiki")


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("http://10.0.0.1/go.obo", "the private address 10.0.0.1"),
        ("http://127.0.0.1:1/go.obo", "the private address 127.0.0.1"),
        ("http://169.254.169.254/latest", "the private address 169.254.169.254"),
        ("https://elsewhere.example.org/go.obo", "which is not listed"),
    ],
)
def test_a_redirect_to_where_it_must_not_lead_is_refused(
    server: SourceServer, tmp_path: Path, address: str, why: str
) -> None:
    server.faults.append(leads_to(address))
    with pytest.raises(OperatorError, match=why):
        fetch(server, tmp_path / "got", "go")


def test_redirects_in_a_circle_end(server: SourceServer, tmp_path: Path) -> None:
    server.faults.extend([leads_to(f"{server.base}/purl")] * 9)
    with pytest.raises(OperatorError, match="redirects more than 5 times"):
        fetch(server, tmp_path / "got", "go")


def test_a_wrong_address_is_not_tried_twice(server: SourceServer, tmp_path: Path) -> None:
    with pytest.raises(OperatorError, match="answered 404; check the setting that names it"):
        fetch(server, tmp_path / "got", "go", GO_ONTOLOGY_URL=f"{server.base}/nowhere")


@pytest.mark.parametrize(
    ("limits", "why"), [({"bytes": 100}, "more than 0 MiB"), ({"seconds": -1.0}, "took more than")]
)
def test_what_never_ends_is_ended(server: SourceServer, tmp_path: Path, limits: dict[str, float], why: str) -> None:
    for of in ("go", "aopwiki"):
        with pytest.raises(OperatorError, match=why):
            fetch(server, tmp_path / of, of, limits=Limits(**limits))  # type: ignore[arg-type]


def test_a_file_that_was_changed_afterwards_is_not_imported(server: SourceServer, tmp_path: Path) -> None:
    fetch(server, tmp_path / "got", "reactome")
    (tmp_path / "got/reactome/ReactomePathways.txt").write_text("R-HSA-1\tOther\tHomo sapiens\n")
    path = catalogues.empty(tmp_path)
    with pytest.raises(OperatorError, match="is not the file that was received"):
        import_catalogue.main(["--db", str(path), "--fetched", str(tmp_path / "got")])
    with pytest.raises(OperatorError, match="go is not whole in .*; run scripts.fetch_sources go"):
        import_catalogue.main(["--db", str(path), "--fetched", str(tmp_path / "got"), "--only", "go"])
    with pytest.raises(OperatorError, match="is no manifest"):
        import_catalogue.main(["--db", str(path), "--fetched", str(tmp_path)])


def test_an_operator_fetches_by_a_command(
    server: SourceServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in {"DATA_DIR": str(tmp_path), **server.settings}.items():
        monkeypatch.setenv(name, value)
    fetch_sources.main(["go"])
    said = capsys.readouterr()
    (folder,) = (tmp_path / "sources").iterdir()
    assert "go 2026-06-15: 2 files" in said.out and f"--fetched {folder}" in said.out
    assert "go/ontology" in said.err and "there already" not in said.out
    fetch_sources.main(["go"])
    again = capsys.readouterr()
    assert "go 2026-06-15: 2 files" in again.out and "bytes, there already" in again.out and again.err == ""
    with pytest.raises(SystemExit):
        fetch_sources.main(["kegg"])
    assert "'kegg' is no source; there are aopwiki, wikipathways, go, reactome" in capsys.readouterr().err


def test_who_stops_it_reads_that_the_same_command_goes_on(
    server: SourceServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    real = fetch_sources._part

    def stopped(client: Client, part: Part, *given: Any) -> list[Kept]:
        if part.name == "annotations":
            raise KeyboardInterrupt
        return real(client, part, *given)

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(fetch_sources, "_part", stopped)
        fetch(server, tmp_path / "got", "go")
    assert f"what came is kept in {tmp_path / 'got'}: the same command goes on from there" in capsys.readouterr().err
    assert list(manifest(tmp_path / "got")["parts"]["go"]) == ["ontology"]
    server.asked.clear()
    fetch(server, tmp_path / "got", "go")
    assert [request.url.path for request in server.asked] == ["/go/goa_human.gaf.gz"]


def test_nothing_that_serves_can_fetch() -> None:
    """Fetching stands in scripts, and the floors of the house keep scripts out of web and core."""
    root = Path(fetch_sources.__file__).parents[1]
    found = [path for top in ("web", "core") for path in (root / top).rglob("*.py")]
    assert [
        path for path in found if "scripts" in re.findall(r"^(?:from|import) (\w+)", path.read_text("utf-8"), re.M)
    ] == []
