"""Everybody reads what was released: the list, each one's page, and its files at addresses that never change."""

import shutil
from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import httpx
import pytest

from core.model import Tier
from core.store import connection
from scripts.standin.people import BY_LOGIN
from tests import publishing, releasing
from tests.catalogues import NOW
from tests.publishing import WP254
from tests.servers import Keyway

Visit = Callable[[str | None], httpx.Client]


@pytest.fixture(scope="module")
def released(made_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with two releases, the second with one mapping more. To copy."""
    data = tmp_path_factory.mktemp("released") / "data"
    data.mkdir()
    database = Path(shutil.copy(made_database, data / "keyway.db"))
    publishing.several(database)
    releasing.make(database)
    with connection.writer(database) as db, connection.transaction(db):
        publishing.approve(db, 55, WP254, tier=Tier.LOW)
    releasing.make(database, "2026.2", NOW + timedelta(days=30))
    return data


@pytest.fixture
def database(released: Path, tmp_path: Path) -> Path:
    """The database in a copy of it."""
    shutil.copytree(released, tmp_path / "data")
    return tmp_path / "data" / "keyway.db"


@pytest.fixture
def folder(database: Path) -> Path:
    """The folder of its releases."""
    return releasing.place(database)


class TestBeforeTheFirst:
    @pytest.fixture
    def database(self, made_database: Path, tmp_path: Path) -> Path:
        path = Path(shutil.copy(made_database, tmp_path / "keyway.db"))
        publishing.several(path)
        return path

    def test_the_list_says_what_a_release_is_and_who_makes_it(self, visit: Visit) -> None:
        text = visit(None).get("/releases").text
        assert "Nothing is released yet" in text
        assert "python -m scripts.release 2026.1" in text

    def test_there_is_no_latest(self, visit: Visit) -> None:
        assert visit(None).get("/releases/latest").status_code == 404

    def test_who_has_the_list_learns_of_the_first(self, visit: Visit, keyway: Keyway) -> None:
        client = visit(None)
        tag = {"If-None-Match": client.get("/api/v1/releases").headers["etag"]}
        assert client.get("/api/v1/releases", headers=tag).status_code == 304
        releasing.make(keyway.database)
        assert client.get("/api/v1/releases", headers=tag).status_code == 200


class TestList:
    def test_the_newest_comes_first(self, visit: Visit, folder: Path) -> None:
        text = visit(None).get("/releases").text
        assert text.index('href="/releases/2026.2"') < text.index('href="/releases/2026.1"')
        assert "1 added, 0 changed, 0 retired" in text

    def test_every_page_leads_there(self, visit: Visit) -> None:
        assert 'href="/releases"' in visit(None).get("/").text


class TestPage:
    def test_it_says_who_made_it_what_is_new_and_how_to_cite_it(self, visit: Visit, folder: Path) -> None:
        text = visit(None).get("/releases/2026.2").text
        for words in (
            "Release 2026.2",
            "1 added, 0 changed, 0 retired",
            "related, low",
            "/releases/2026.2/CITATION.cff",
            "sha256sum -c SHA256SUMS",
            f">{BY_LOGIN['curator'].name}",
        ):
            assert words in text
        assert (folder / "2026.2" / "SHA256SUMS").read_text().split()[0] in text

    def test_every_file_that_it_names_is_there(self, visit: Visit, folder: Path) -> None:
        client = visit(None)
        text = client.get("/releases/2026.1").text
        for path in (folder / "2026.1").iterdir():
            assert f'"/releases/2026.1/{path.name}"' in text
            answer = client.get(f"/releases/2026.1/{path.name}")
            assert (answer.status_code, answer.content) == (200, path.read_bytes())

    def test_one_that_is_not_there_is_no_page(self, visit: Visit, folder: Path) -> None:
        answer = visit(None).get("/releases/2025.1")
        assert answer.status_code == 404
        assert "There is no release 2025.1" in answer.text
        assert answer.headers["content-type"].startswith("text/html")


class TestFile:
    def test_it_may_be_kept_for_ever(self, visit: Visit, folder: Path) -> None:
        answer = visit(None).get("/releases/2026.1/mappings.csv", headers={"Accept-Encoding": "gzip"})
        digest = sha256((folder / "2026.1" / "mappings.csv").read_bytes()).hexdigest()
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert answer.headers["etag"] == f'"{digest}"'
        assert answer.headers["content-type"] == "text/csv; charset=utf-8"
        assert "content-encoding" not in answer.headers
        assert answer.headers["access-control-allow-origin"] == "*"

    @pytest.mark.parametrize("form", ['"{}"', 'W/"{}"', '"other", "{}"', "*"])
    def test_who_has_it_gets_304(self, visit: Visit, folder: Path, form: str) -> None:
        digest = sha256((folder / "2026.1" / "pairs.gmt").read_bytes()).hexdigest()
        answer = visit(None).get("/releases/2026.1/pairs.gmt", headers={"If-None-Match": form.format(digest)})
        assert (answer.status_code, answer.content) == (304, b"")
        assert answer.headers["etag"] == f'"{digest}"'

    def test_its_head_says_how_long_it_is(self, visit: Visit, folder: Path) -> None:
        answer = visit(None).head("/releases/2026.1/mappings.csv")
        assert int(answer.headers["content-length"]) == (folder / "2026.1" / "mappings.csv").stat().st_size

    @pytest.mark.parametrize(
        "name", ["nothing.csv", ".lock", "..%2F..%2Fkeyway.db", "..%2f2026.2%2fmappings.csv", "%00", "x" * 5000]
    )
    def test_what_the_manifest_does_not_list_is_not_looked_for(self, visit: Visit, folder: Path, name: str) -> None:
        (folder / "2026.1" / "secret").write_text("x")
        for asked in (name, "secret"):
            answer = visit(None).get(f"/releases/2026.1/{asked}")
            assert answer.status_code == 404
        assert "has no file secret" in answer.json()["error"]["message"]

    @pytest.mark.parametrize(
        ("harm", "words"),
        [
            (lambda path: path.unlink(), "On this server mappings.csv of release 2026.1 is missing, so"),
            (lambda path: path.write_bytes(b"cut"), "has 3 bytes"),
            (lambda path: path.write_bytes(b"#" + path.read_bytes()[1:]), "has another checksum"),
        ],
    )
    def test_a_damaged_one_is_not_given_out(
        self, visit: Visit, folder: Path, harm: Callable[[Path], object], words: str
    ) -> None:
        client = visit(None)
        assert client.get("/releases/2026.1/mappings.csv").status_code == 200
        harm(folder / "2026.1" / "mappings.csv")
        answer = client.get("/releases/2026.1/mappings.csv")
        assert answer.status_code == 503
        assert words in answer.json()["error"]["message"]
        assert "immutable" not in answer.headers["cache-control"]
        text = client.get("/releases/2026.1").text
        assert "1 file of this release is not here as it was released" in text
        assert client.get("/releases/2026.1/pairs.gmt").status_code == 200

    @pytest.mark.parametrize("name", ["mappings.csv", "README.md"])
    def test_one_that_is_gone_is_no_link(self, visit: Visit, folder: Path, name: str) -> None:
        link = f'href="/releases/2026.1/{name}"'
        assert link in visit(None).get("/releases/2026.1").text
        (folder / "2026.1" / name).unlink()
        assert link not in visit(None).get("/releases/2026.1").text


class TestLatest:
    def test_it_leads_to_the_newest(self, visit: Visit, folder: Path) -> None:
        client = visit(None)
        client.follow_redirects = False
        for asked, there in (("latest", "2026.2"), ("latest/mappings.csv", "2026.2/mappings.csv")):
            answer = client.get(f"/releases/{asked}")
            assert answer.status_code == 307
            assert answer.headers["location"] == f"/releases/{there}"
            assert "immutable" not in answer.headers["cache-control"]
        assert client.get("/releases/latest/nothing").status_code == 404


class TestApi:
    def test_it_lists_them_with_addresses_that_lead_to_their_files(self, visit: Visit, folder: Path) -> None:
        client = visit(None)
        newest, oldest = client.get("/api/v1/releases").json()["data"]
        assert (newest["name"], newest["date"], newest["mappings"]["total"]) == ("2026.2", "2026-12-23", 5)
        for file in oldest["files"]:
            answer = client.get(file["url"])
            assert (len(answer.content), sha256(answer.content).hexdigest()) == (file["bytes"], file["sha256"])
            assert answer.headers["content-type"] == file["media"]


def test_what_a_release_holds_is_not_undone(visit: Visit, folder: Path) -> None:
    answer = visit("reviewer").post("/key-events/1115/undo", data={"key": "an undo"})
    assert answer.status_code == 409
    assert "A release holds this mapping" in answer.text


def test_readyz_tells_of_files_that_are_missing(visit: Visit, folder: Path) -> None:
    client = visit(None)
    assert client.get("/readyz").json()["releases"] == {"status": "ok"}
    shutil.rmtree(folder / "2026.1")
    said = client.get("/readyz").json()["releases"]
    assert said["status"] == "degraded"
    assert "python -m scripts.release --check 2026.1" in said["message"]
