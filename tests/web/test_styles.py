"""Style sheets as a browser fetches them: two a page, kept for ever under an address that names the content."""

import re

from web.styles import FOLDER, SHARED

LINK = re.compile(r'<link rel="stylesheet" href="([^"]+)">')


def test_a_page_fetches_its_components_in_two_requests_and_keeps_them(visit) -> None:
    reader = visit(None)
    links = LINK.findall(reader.get("/").text)
    assert len(links) == 2
    for link in links:
        sheet = reader.get(link)
        assert sheet.headers["content-type"].startswith("text/css")
        assert "no-store" not in sheet.headers["cache-control"]
    assert (FOLDER / "tokens.css").read_text() in reader.get(links[0]).text


def test_a_sheet_that_is_not_and_a_path_are_refused(visit) -> None:
    reader = visit(None)
    for names in ("none", "tokens+none", "..%2f..%2fREADME", "+".join(["tokens"] * 21), ""):
        assert reader.get(f"/static/sheets/{names}.css").status_code == 404, names


def test_every_component_is_a_file() -> None:
    assert set(SHARED) <= {path.stem for path in FOLDER.glob("*.css")}
