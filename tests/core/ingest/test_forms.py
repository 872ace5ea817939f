"""What holds for every source's own form."""

import io
import zipfile
from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import Invalid
from core.ingest.content import AopWikiContent, SourceContent
from core.ingest.files import OwnFiles
from core.ingest.forms import FORMS
from core.ingest.neutral import File
from core.ingest.unpack import unpacked
from core.model import Source
from core.sources import AOP_WIKI
from tests import sources


def test_every_source_has_a_form_and_a_fixture() -> None:
    assert set(FORMS) == {AOP_WIKI, *Source}
    for of, form in FORMS.items():
        assert {part.name for part in form.parts} == set(sources.parts(of))


@pytest.mark.parametrize("of", FORMS)
def test_a_form_gives_what_the_neutral_one_gives(of: str) -> None:
    files = OwnFiles(of, sources.parts(of))
    content = files.content()
    assert isinstance(content, AopWikiContent if of == AOP_WIKI else SourceContent)
    assert content.rows and content.genes and set(content.genes.entries) <= set(content.rows)
    assert len(files.sha256) == 64


@pytest.mark.parametrize("of", FORMS)
@settings(deadline=None)
@given(data=st.data())
def test_a_part_of_any_content_is_read_or_refused_in_words(of: str, data: st.DataObject) -> None:
    whole: Mapping[str, tuple[File, ...]] = sources.parts(of)
    part = data.draw(st.sampled_from(sorted(whole)))
    real = unpacked(whole[part][0])
    cut, noise = data.draw(st.integers(0, len(real))), data.draw(st.binary(max_size=40))
    broken = File("any", data.draw(st.sampled_from([real[:cut], real[:cut] + noise + real[cut:], noise])))
    try:
        FORMS[of].content({**whole, part: (broken,)}, lambda rows, what: rows)
    except Invalid as refusal:
        assert len(str(refusal)) < 500


def test_a_bomb_is_not_unpacked() -> None:
    for pack in (sources.gzipped, sources.zipped):
        bomb = pack(File("zeros", b"0" * 3_000_000))
        with pytest.raises(Invalid, match="unpacks to more than 1 MiB"):
            unpacked(bomb, most=1024 * 1024)


def test_a_zip_holds_one_file() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a", "a")
        archive.writestr("b", "b")
    with pytest.raises(Invalid, match="holds 2 files, expected one"):
        unpacked(File("two.zip", packed.getvalue()))
