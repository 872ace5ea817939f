"""An ancestor and its descendant that are both suggested are a family; nobody is dropped."""

from core.families import Family, families

ABOVE = {
    "response to ROS": ["response to oxygen", "response to stress"],
    "response to stress": ["response"],
    "response to oxygen": ["response"],
    "round": ["about"],
    "about": ["round"],
}


def above(term: str) -> list[str]:
    return ABOVE.get(term, [])


def test_relatives_in_the_list_are_found_over_terms_that_are_not() -> None:
    assert families(["response to ROS", "apoptosis", "response"], above) == {
        "response to ROS": Family(ancestors=("response",)),
        "response": Family(descendants=("response to ROS",)),
    }


def test_they_keep_the_order_of_the_list() -> None:
    found = families(["response", "response to stress", "response to ROS"], above)
    assert found["response to ROS"].ancestors == ("response", "response to stress")
    assert found["response"].descendants == ("response to stress", "response to ROS")


def test_what_stands_below_the_same_is_beside_each_other_though_it_is_not_in_the_list() -> None:
    found = families(["response to stress", "apoptosis", "response to oxygen", "response to ROS"], above)
    assert found["response to stress"].siblings == ("response to oxygen",)
    assert found["response to oxygen"].siblings == ("response to stress",)
    assert found["response to ROS"].siblings == () and "apoptosis" not in found


def test_strangers_are_no_family() -> None:
    assert families(["apoptosis", "response"], above) == {} and families([], above) == {}


def test_a_circle_ends() -> None:
    assert families(["round", "about"], above) == {
        "round": Family(("about",), (), ("about",)),
        "about": Family(("round",), (), ("round",)),
    }


def test_each_is_asked_once() -> None:
    asked: list[str] = []
    families(["response to ROS", "response to stress"], lambda term: asked.append(term) or above(term))
    assert sorted(asked) == sorted(set(asked))
