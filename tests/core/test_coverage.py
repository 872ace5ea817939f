"""How Key Events are covered: each counted once, by the best that there is."""

from hypothesis import given
from hypothesis import strategies as st

from core.coverage import Cover, Covers, Tally, best, by_source, tally
from core.model import Source

COVERS = st.fixed_dictionaries({source: st.sampled_from(list(Cover)) for source in Source})


@given(st.lists(COVERS, max_size=30))
def test_every_key_event_is_counted_once_a_source_and_once_by_its_best(key_events: list[Covers]) -> None:
    tallies = by_source(key_events)
    assert list(tallies) == [None, *Source]
    for source, found in tallies.items():
        said = [covers[source] if source else best(covers) for covers in key_events]
        assert found.total == len(key_events)
        assert found.parts == {cover: said.count(cover) for cover in Cover}
    whole = tallies[None]
    assert whole.approved >= max(tallies[source].approved for source in Source)
    assert whole.gaps <= min(tallies[source].gaps for source in Source)
    assert 0 <= whole.share <= 1


def test_an_approved_mapping_is_more_than_a_proposed_one_and_that_more_than_nothing_fits() -> None:
    covers = [Cover.APPROVED, Cover.PROPOSED, Cover.NOTHING, Cover.GAP]
    assert [best(dict(zip(Source, covers[at:], strict=False))) for at in range(4)] == covers
    assert tally(covers) == Tally(1, 1, 1, 1)
    assert tally([]).share == 0
