"""What nobody should send is answered with a small page, or a partial in its place, and changes nothing."""

from collections.abc import Callable
from dataclasses import dataclass, field

import httpx
import pytest

from core.store import connection
from tests.servers import Keyway

Visit = Callable[[str | None], httpx.Client]

ROW = {"target": "wikipathways:WP408", "base_version": "0", "key": "a key", "act": "reject"}
SMALL = 12_000


@dataclass(frozen=True, slots=True)
class Bad:
    """A request that must be refused: what is sent by whom, the status, and words that name what is wrong."""

    path: str
    status: int
    words: str
    sent: dict[str, str] | None = None
    login: str | None = "curator"
    headers: dict[str, str] = field(default_factory=dict)


def row(**changes: str | None) -> dict[str, str]:
    """A row's form with other fields; None leaves one out."""
    return {name: value for name, value in (ROW | changes).items() if value is not None}


SHORT = "/key-events/149"
BAD = {
    "a made-up Key Event": Bad("/key-events/999999", 404, "999999"),
    "its table": Bad("/key-events/999999/table", 404, "999999"),
    "a made-up target": Bad("/targets/wikipathways/WP99999999", 404, "WP99999999"),
    "a made-up source": Bad("/targets/kegg/hsa00010", 404, "kegg"),
    "deciding on a made-up Key Event": Bad("/key-events/999999{}/decisions", 404, "999999", row()),
    "deciding on a made-up target": Bad(
        SHORT + "{}/decisions", 404, "WP99999999", row(target="wikipathways:WP99999999")
    ),
    "a stale row with a made-up target": Bad(
        SHORT + "{}/decisions", 404, "WP99999999", row(target="wikipathways:WP99999999", base_version="7")
    ),
    "a target that is none": Bad(SHORT + "{}/decisions", 422, "WP408", row(target="WP408")),
    "an unknown verdict": Bad(SHORT + "{}/decisions", 422, "perhaps", row(act="perhaps")),
    "an unknown verdict on a made-up target": Bad(
        SHORT + "{}/decisions", 422, "perhaps", row(act="perhaps", target="wikipathways:WP99999999")
    ),
    "no version": Bad(SHORT + "{}/decisions", 422, "base_version", row(base_version=None)),
    "a version that is no number": Bad(SHORT + "{}/decisions", 422, "base_version", row(base_version="-1")),
    "no key": Bad(SHORT + "{}/decisions", 422, "key", row(key=None)),
    "an unknown relation": Bad(SHORT + "{}/decisions", 422, "cousin", row(act="propose", relation="cousin")),
    "assessing what is not proposed": Bad(SHORT + "{}/decisions", 422, "open", row(act="assess")),
    "approving as a curator": Bad(SHORT + "{}/decisions", 403, "reviewer", row(act="approve")),
    "nothing of one's own to undo": Bad(SHORT + "{}/undo", 422, "nothing of yours", {"key": "a key"}),
    "an unknown source without target": Bad(SHORT + "{}/no-target", 422, "kegg", {"key": "a key", "source": "kegg"}),
    "a stale row": Bad(SHORT + "{}/decisions", 409, "open", row(base_version="3")),
    "a foreign page": Bad(
        SHORT + "{}/decisions", 403, "was not sent from a page", row(), headers={"Origin": "https://elsewhere.example"}
    ),
    "a foreign page, as browsers say": Bad(
        SHORT + "{}/decisions", 403, "was not sent from a page", row(), headers={"Sec-Fetch-Site": "cross-site"}
    ),
    "nobody signed in": Bad(SHORT + "{}/decisions", 401, "Sign in", row(), login=None),
    "nobody signed in, undoing": Bad(SHORT + "{}/undo", 401, "Sign in", {"key": "a key"}, login=None),
    "no role": Bad(SHORT + "{}/decisions", 403, "curator", row(), login="stranger"),
    "too much": Bad(SHORT + "{}/decisions", 413, "bytes", row(note="x" * 70_000)),
    "too many fields": Bad(SHORT + "{}/decisions", 422, "fields", {f"f{number}": "1" for number in range(60)}),
    "a note of a mile": Bad(SHORT + "{}/decisions", 422, "note", row(act="annotate", note="x" * 5000)),
}


def refuse(client: httpx.Client, bad: Bad, part: str) -> httpx.Response:
    """Send it, as a page's form or as the table's script."""
    path = bad.path.format(part)
    if bad.sent is None:
        return client.get(path)
    return client.post(path, data=bad.sent, headers=bad.headers)


@pytest.mark.parametrize("name", BAD)
def test_it_is_refused_with_its_status_and_says_what_is_wrong(visit: Visit, keyway: Keyway, name: str) -> None:
    bad = BAD[name]
    client = visit(bad.login)
    parts = [""] if bad.sent is None else ["", "/table"]
    for part in parts:
        answer = refuse(client, bad, part)
        assert answer.status_code == bad.status, answer.text
        whole = "<html" in answer.text
        assert whole == (part == "" and not bad.path.endswith("/table"))
        assert bad.words in answer.text
        assert len(answer.text) < SMALL
        assert answer.headers["content-type"] == "text/html; charset=utf-8"
        assert "script-src 'self'" in answer.headers["content-security-policy"]
    with connection.reader(keyway.database) as db:
        assert db.execute("SELECT count(*) AS n FROM decision").fetchone()["n"] == 0


def test_the_same_without_the_fault_is_saved(visit: Visit, keyway: Keyway) -> None:
    """The control: it is the fault that was refused, not the form."""
    answer = visit("curator").post(f"{SHORT}/table/decisions", data=ROW)
    assert answer.status_code == 200
    with connection.reader(keyway.database) as db:
        assert db.execute("SELECT count(*) AS n FROM decision").fetchone()["n"] == 1
