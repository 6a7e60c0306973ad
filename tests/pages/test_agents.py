"""Each state of the Agents page."""

import pytest

from errors import QuestionTimeoutError
from tests.components.drawn import drawn
from tests.pages import small_lake


def opened(visit, **parameters):
    at = visit(**parameters).switch_page("agents.py").run()
    assert not at.exception
    return drawn(at)


def fail(*_arguments, **_options):
    raise QuestionTimeoutError(20)


def test_every_agent_has_a_row_and_all_together_have_the_last(small, visit):
    data = opened(visit)["agents"]

    assert {row["name"] for row in data["rows"]} == set(small_lake.AGENTS)
    assert small_lake.COUNT == sum(row["sessions"] for row in data["rows"])
    assert small_lake.COUNT == data["overall"]["sessions"]


def test_filters_narrow_the_rows_and_keep_the_links_narrow(small, visit):
    data = opened(visit, channel="phone", range="7d")["agents"]

    assert all(row["list"]["channel"] == ["phone"] for row in data["rows"])
    assert sum(row["sessions"] for row in data["rows"]) < small_lake.COUNT
    assert "the 7 days before" in data["note"]


def test_several_chosen_agents_are_compared_with_all(small, visit):
    data = opened(visit, agent=["agent-0", "agent-1"])["agents"]

    assert {row["id"] for row in data["rows"]} == {"agent-0", "agent-1"}
    assert small_lake.COUNT == data["overall"]["sessions"]
    assert sum(row["share"] for row in data["rows"]) == pytest.approx(0.4)


def test_the_address_sorts(small, visit):
    rows = opened(visit, agents_sort="agent")["agents"]["rows"]

    names = [row["name"].lower() for row in rows]
    assert sorted(names) == names


def test_a_sort_that_cannot_be_is_noted(small, visit):
    data = opened(visit, agents_sort="colour")

    assert "agents_sort" in data["strips"]["strips"][-1]["text"]
    assert data["agents"]["sort"] == "-sessions"


def test_one_agent_has_the_page_for_itself(small, visit):
    data = opened(visit, agent="agent-2")
    (share,) = [row for row in opened(visit)["agents"]["rows"] if row["id"] == "agent-2"]

    assert (data["agent"]["id"], data["agent"]["name"]) == ("agent-2", "Claims intake")
    assert share["sessions"] == data["agent"]["numbers"][0]["value"]
    assert sum(channel["sessions"] for channel in data["agent"]["channels"]) == share["sessions"]
    assert {row["agent"] for row in data["table"]["rows"]} == {"Claims intake"}
    assert len(data["table"]["rows"]) == 10
    assert data["errors"]["label"] == "Errors of this agent"
    assert "agents" not in data


def test_an_agent_that_there_is_not_says_so(small, visit):
    data = opened(visit, agent="nobody")

    assert (data["agent"]["name"], data["agent"]["numbers"][0]["value"]) == ("nobody", 0)
    assert data["agent"]["line"] == []
    assert data["box"]["title"] == "No sessions found"


@pytest.mark.parametrize(
    ("question", "kept"),
    [("errors.anatomy", {"agent", "table"}), ("sessions.page", {"agent", "errors"}),
     ("agents.agent", {"errors", "table"})],
)  # fmt: skip
def test_what_fails_leaves_the_rest_of_the_agent_alone(small, visit, monkeypatch, question, kept):
    monkeypatch.setattr(f"queries.{question}", fail)
    data = opened(visit, agent="agent-0")

    assert kept <= set(data)
    assert "could not be loaded" in data["box"]["title"]


def test_nothing_found_is_said(small, visit):
    data = opened(visit, q="nobody said this")

    assert data["box"]["title"] == "No sessions found"


def test_an_empty_lake_says_so(environment, serving, visit):
    serving()

    assert opened(visit)["box"]["title"] == "No sessions found"
