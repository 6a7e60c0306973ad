import json
import re
from itertools import pairwise

import pytest

from ingest.demo import agents, script, slots
from ingest.demo.steps import steps
from models import EventKind, Sender

LANGUAGES = script.languages()
CODES = [language.code for language in LANGUAGES]
BODIES = [
    pytest.param(blocks[0], id=f"{language.code}-{name}")
    for language in LANGUAGES
    for name, blocks in language.blocks.items()
    if name in agents.TOPICS
]


def test_there_are_several_languages():
    assert {"en", "de", "es", "fr", "pt", "ja", "ar", "hi"} <= set(CODES)


@pytest.mark.parametrize("language", LANGUAGES, ids=CODES)
def test_a_language_has_all_that_is_needed(language):
    assert set(slots.WORDS) == set(language.words)
    assert set(script.BLOCKS) <= set(language.blocks)
    assert {"order_status", "refund", "payment", "booking", "outage"} <= set(language.blocks)
    assert set(language.blocks) <= {*script.BLOCKS, *agents.TOPICS}


@pytest.mark.parametrize("language", LANGUAGES, ids=CODES)
def test_texts_use_only_slots_that_exist(language):
    text = (script.FOLDER / f"{language.code}.txt").read_text(encoding="utf-8")

    assert set(re.findall(r"\{([a-z]+)\}", text)) <= set(slots.NAMES)


@pytest.mark.parametrize("body", BODIES)
def test_a_body_begins_with_the_user_calls_tools_and_ends_with_the_agent(body):
    kinds = [step.kind for step in body]
    calls = [step for step in body if step.kind is EventKind.TOOL_CALL]
    results = [step for step in body if step.kind is EventKind.TOOL_RESULT]

    assert (Sender.USER, Sender.AGENT) == (kinds[0], kinds[-1])
    assert all(one is not other for one, other in pairwise(kinds))
    assert [call.name for call in calls] == [result.name for result in results] != []
    for step in (*calls, *results):
        json.loads(re.sub(r"\{[a-z]+\}", "1", step.wordings[0]))


def test_the_payment_ends_with_the_card():
    """The incident breaks the last call of a payment."""
    for language in LANGUAGES:
        calls = [s.name for s in language.blocks["payment"][0] if s.kind is EventKind.TOOL_CALL]

        assert "charge_card" == calls[-1]


def test_too_many_slots_are_refused():
    with pytest.raises(ValueError, match="More than 3 slots"):
        steps([script.Step(Sender.USER, ("{name} {city} {day} {time}",))])


def test_agents_have_topics_of_the_scripts():
    assert abs(agents.shares().sum() - 1) < 1e-9
    assert all(set(agent.topics) <= set(agents.TOPICS) for agent in agents.AGENTS)
