"""The shapes of what programs write, and of what they are told of a pair before and after."""

from core.citations import MOST as MOST_PAPERS
from core.model import Act, Relation, State
from core.programs import ACTS
from core.review import MOST_WORDS
from web.api.schemas import (
    COUNT,
    EXAMPLE,
    FILLED,
    FLAG,
    NUMBER,
    PLAIN,
    TARGET,
    TEXT,
    TIME,
    UUID,
    Schema,
    about,
    one_of,
    thing,
)
from web.forms import MOST_KEY

PMID_FORM = "(PMID:)?[1-9][0-9]{0,8}"
DOI_FORM = r"(doi:|https://doi\.org/)?10\.[0-9]{4,9}/[^\s\"<>,;]+"


def new_decision() -> Schema:
    """What a program sends to decide."""
    short: Schema = {"type": "string", "maxLength": MOST_WORDS, "pattern": PLAIN}
    key: Schema = {"type": "string", "minLength": 1, "maxLength": MOST_KEY, "pattern": FILLED}
    answers: Schema = {"type": "object", "additionalProperties": TEXT}
    paper: Schema = {"type": "string", "pattern": f"^({PMID_FORM}|{DOI_FORM})$", "maxLength": 200}
    found = thing(
        {
            "key_event": about(NUMBER, "Its number: 149 for KE 149."),
            "target": about(TARGET, f"Its source and its id: {EXAMPLE}."),
            "act": about({"type": "string", "enum": [str(act) for act in ACTS]}, "What you do."),
            "base_version": about(
                NUMBER, "How many decisions on the pair you know of; 0 for a fresh one. Whoever is slower gets 409."
            ),
            "key": about(key, "Yours for this decision: sent twice, it decides once."),
            "relation": about(one_of(Relation), "How the target relates to it, for “propose” and “revise”."),
            "answers": about(answers, "To the questions of the source's instrument, for “assess” and “revise”."),
            "note": about(short, "A reason; “decline”, “ask-back” and “retire” need one."),
            "papers": about({"type": "array", "items": paper, "maxItems": MOST_PAPERS}, "PMIDs or DOIs."),
            "quote": about(short, "A sentence of one of them."),
            "retire": about(FLAG, "A revision that asks for the end of the mapping."),
        },
        required=False,
    )
    return found | {"required": ["key_event", "target", "act", "base_version", "key"]}


def decided() -> Schema:
    """What was decided, and what the pair is now."""
    return thing(
        {
            "uuid": about(UUID, "The decision's name."),
            "act": about(one_of(Act), "What was done."),
            "at": about(TIME, "When."),
            **_now(),
        }
    )


def pair() -> Schema:
    """A pair as it is now."""
    return thing(_now())


def _now() -> dict[str, Schema]:
    """What a pair is now."""
    pair = thing({"key_event": {"type": "integer"}, "target": TEXT})
    return {
        "pair": about(pair, "The Key Event's number, and the target with its source."),
        "state": about(one_of(State), "What the pair is now."),
        "version": about(COUNT, "How many decisions there are on it now: the next base_version."),
    }
