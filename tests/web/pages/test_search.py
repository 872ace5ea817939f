"""One box over everything: what a person types, and what they find."""

import re
from collections.abc import Callable, Iterator
from html import unescape

import httpx
import pytest

from core.ingest.files import AopWikiFiles
from core.model import Source
from core.store import connection, hierarchy
from tests import catalogues, made, servers
from tests.servers import Keyway
from web.pages import gene, target

Visit = Callable[[str | None], httpx.Client]
LINKS = re.compile(r"<main[\s\S]*</main>")


def links(page: httpx.Response) -> list[str]:
    """What the page leads to, in its order."""
    found = LINKS.search(page.text)
    assert page.status_code == 200 and found
    return re.findall(r'href="(/(?:targets|key-events|aops|genes)/[^"?]+)"', found[0])


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("p53", ["/genes/TP53", "/targets/wikipathways/WP1742"]),
        ("IL6", ["/genes/IL6", "/key-events/149", "/targets/wikipathways/WP4341"]),
        ("tnf", ["/genes/TNF", "/key-events/149"]),
        ("KE 149", ["/key-events/149"]),
        ("1115", ["/key-events/1115"]),
        ("AOP 38", ["/aops/38"]),
        ("inflammation", ["/key-events/149", "/targets/go/GO:0006954"]),
        ("inflammations of the", ["/key-events/149", "/targets/go/GO:0006954"]),
        ("liver fibrotic", ["/key-events/344"]),
        ("GO:0006954", ["/targets/go/GO:0006954"]),
        ("wp254", ["/targets/wikipathways/WP254"]),
    ],
)
def test_a_reader_finds_what_they_mean(visit: Visit, text: str, first: list[str]) -> None:
    assert links(visit(None).get("/search", params={"q": text}))[: len(first)] == first


def test_a_reader_keeps_to_one_source(visit: Visit) -> None:
    both = links(visit(None).get("/search?q=inflam"))
    assert {"/targets/go/GO:0006954", "/targets/wikipathways/WP4341"} <= set(both)
    one = links(visit(None).get("/search?q=inflam&source=go"))
    assert [link for link in one if "/targets/" in link] == ["/targets/go/GO:0006954"]


def test_without_words_the_box_says_what_it_finds(visit: Visit) -> None:
    page = visit(None).get("/search")
    assert "/search?q=p53" in page.text and "autofocus" in page.text


def test_what_is_nowhere_is_said_to_be_nowhere(visit: Visit) -> None:
    page = visit(None).get("/search?q=zzz<b>").text
    assert "Nothing is called “zzz&lt;b&gt;”" in page
    assert visit(None).get("/search", params={"q": "x" * 201}).status_code == 422


@pytest.mark.parametrize("id", ["WP999999", "GO:9999999", "KE 999999"])
def test_an_id_that_is_not_here_is_said_not_to_be_in_the_catalogue(visit: Visit, id: str) -> None:
    page = visit(None).get("/search", params={"q": id}).text
    assert f"{id} is not in this catalogue" in page and "Nothing is called" not in page


@pytest.mark.parametrize(
    ("id", "page"),
    [("wp408", "/targets/wikipathways/WP408"), ("KE 344", "/key-events/344"), ("344", "/key-events/344")],
)
def test_the_id_of_what_was_withdrawn_leads_to_its_page(keyway: Keyway, visit: Visit, id: str, page: str) -> None:
    kept = [row for row in catalogues.PATHWAYS if row["id"] != "WP408"]
    events = AopWikiFiles(catalogues.lines(*(row for row in catalogues.KEY_EVENTS if row["id"] != "KE 344")))
    catalogues.bring(keyway.database, catalogues.pathways(*kept), events, accept_shrink=True)
    found = visit(None).get("/search", params={"q": id})
    assert "no longer in its source" in found.text
    assert links(found) == [page]
    assert visit(None).get(page).status_code == 200


@pytest.fixture(scope="module")
def computed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A reader of a Keyway whose vectors are computed."""
    database = catalogues.small(tmp_path_factory.mktemp("computed"))
    made.run(database, database.with_name("vectors"))
    with servers.keyway(database) as keyway, httpx.Client(base_url=keyway.base_url) as reader:
        yield reader


def test_what_is_near_in_meaning_alone_is_said_to_be_no_more(computed: httpx.Client) -> None:
    page = computed.get("/search?q=inflammatory+zzz").text
    assert "Nothing here is called “inflammatory zzz” or has all of these words" in page
    assert "Near in meaning" in page
    by_name = computed.get("/search?q=inflammation").text
    assert "Also near in meaning" in by_name and "Nothing here is called" not in by_name


@pytest.mark.parametrize("text", ["GO:0006954", " wp254", "KE 149", "aop 38"])
def test_an_id_means_nothing_but_itself(computed: httpx.Client, text: str) -> None:
    page = computed.get("/search", params={"q": text})
    assert links(page) and "near in meaning" not in page.text.lower()


@pytest.mark.parametrize("text", ["12345678", "GO:9999999", "21, 300"])
def test_a_number_means_nothing_and_an_id_nothing_but_itself(computed: httpx.Client, text: str) -> None:
    for address in ("/search", "/key-events/149/table/search"):
        page = computed.get(address, params={"q": text})
        assert page.status_code == 200
        assert "near in meaning" not in page.text.lower()
    assert "Near in meaning" in computed.get("/key-events/149/table/search?q=inflammatory+zzz").text


def test_the_box_is_on_every_page_and_sends_to_the_search(visit: Visit) -> None:
    assert '<form class="search" action="/search" method="get" role="search">' in visit(None).get("/queue").text


def test_an_older_id_leads_to_what_stands_now(keyway: Keyway, visit: Visit) -> None:
    with connection.writer(keyway.database) as db, connection.transaction(db):
        hierarchy.keep_replacements(db, Source.GO, {"GO:0000001": ("GO:0006954",)})
    page = visit(None).get("/targets/go/GO:0000001")
    assert page.url.path == "/search"
    assert "GO:0000001 is an older id of" in page.text
    assert links(page)[0] == "/targets/go/GO:0006954"
    assert visit(None).get("/targets/go/GO:0000002").status_code == 404


def test_a_genes_page_has_all_that_has_it_the_most_telling_first(visit: Visit) -> None:
    page = visit(None).get("/genes/TNF")
    assert "1 Key Event and 2 targets have it" in page.text
    assert links(page) == ["/key-events/149", "/targets/wikipathways/WP4341", "/targets/wikipathways/WP254"]
    assert "one of 3 genes" in page.text
    assert "https://www.genenames.org/" in page.text


def test_all_targets_of_a_source_that_have_a_gene_are_a_press_away(
    visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gene, "MOST", 1)
    monkeypatch.setattr(gene, "SIZE", 1)
    page = visit(None).get("/genes/TNF")
    assert links(page) == ["/key-events/149", "/targets/wikipathways/WP4341"]
    assert '<a href="/genes/TNF?source=wikipathways">All 2 of WikiPathways</a>' in page.text
    first = visit(None).get("/genes/TNF?source=wikipathways")
    assert links(first) == ["/genes/TNF", "/targets/wikipathways/WP4341"]
    second = re.search(r'rel="next" href="([^"]+)"', first.text)
    assert second
    assert links(visit(None).get(unescape(second[1])))[1:] == ["/targets/wikipathways/WP254"]
    assert visit(None).get("/genes/TNF?source=nowhere").status_code == 422


def test_a_target_with_many_genes_keeps_the_rest_closed(visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(target, "MOST_GENES", 1)
    page = visit(None).get("/targets/wikipathways/WP254").text
    closed = page[page.index("<details") : page.index("</details>")]
    assert "2 more" in closed and 'href="/genes/TNF"' in closed and 'href="/genes/CASP3"' not in closed
    monkeypatch.setattr(target, "MOST_LINKED", 1)
    page = visit(None).get("/targets/wikipathways/WP254").text
    assert '<p class="mono">TNF TP53</p>' in page


def test_a_gene_that_nothing_has_is_not_found(visit: Visit) -> None:
    answer = visit(None).get("/genes/NOTAGENE")
    assert answer.status_code == 404
    assert "has a gene NOTAGENE" in answer.text


def test_a_target_shows_what_is_above_and_below_it_and_leads_to_its_genes(keyway: Keyway, visit: Visit) -> None:
    with connection.writer(keyway.database) as db, connection.transaction(db):
        hierarchy.keep_parents(db, Source.WIKIPATHWAYS, {"WP254": ("WP408",), "WP1742": ("WP254",)})
    page = visit(None).get("/targets/wikipathways/WP254")
    assert "Part or kind of" in page.text and "1 part or kind" in page.text
    expected = [
        "/targets/wikipathways/WP408",
        "/targets/wikipathways/WP1742",
        *(f"/genes/{g}" for g in ("CASP3", "TNF")),
    ]
    assert links(page)[:4] == expected
    assert 'href="https://www.wikipathways.org/pathways/WP254.html" rel="external"' in page.text
