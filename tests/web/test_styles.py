"""Style sheets as a browser fetches them: two a page, kept for ever under an address that names the content."""

import re

from web.styles import FOLDER, SHARED, bare

LINK = re.compile(r'<link rel="stylesheet" href="([^"]+)">')


def test_a_page_fetches_its_components_in_two_requests_and_keeps_them(visit) -> None:
    reader = visit(None)
    links = LINK.findall(reader.get("/").text)
    assert len(links) == 2
    for link in links:
        sheet = reader.get(link)
        assert sheet.headers["content-type"].startswith("text/css")
        assert "no-store" not in sheet.headers["cache-control"]
    assert bare((FOLDER / "tokens.css").read_text()) in reader.get(links[0]).text


def test_comments_stay_at_home_and_what_is_quoted_is_not_touched() -> None:
    sheet = """/* Ours: it's "quoted". */
a::before {
  content: "/* not a comment */";

  color: red; /* why */
}
"""
    assert bare(sheet) == '\na::before {\ncontent: "/* not a comment */";\ncolor: red; \n}\n'
    for path in FOLDER.glob("*.css"):
        assert re.sub(r"\s", "", bare(path.read_text())) == re.sub(r"\s|/\*.*?\*/", "", path.read_text(), flags=re.S)


def test_a_sheet_that_is_not_and_a_path_are_refused(visit) -> None:
    reader = visit(None)
    for names in ("none", "tokens+none", "..%2f..%2fREADME", "+".join(["tokens"] * 21), ""):
        assert reader.get(f"/static/sheets/{names}.css").status_code == 404, names


def test_every_component_is_a_file() -> None:
    assert set(SHARED) <= {path.stem for path in FOLDER.glob("*.css")}
