"""What stands before a question: only what it reads, and only the columns of it."""

import re

from queries.filters import Filters, Scope
from queries.relations import relations

EVERYBODY = Filters()


def told(text, filters=EVERYBODY):
    """Return the relations before a text, each select in one line."""
    made = relations(filters, filters.clauses(), text)
    return re.sub(r"(select|,)\n {8}(?!and)", r"\1 ", made)


def test_conditions_are_joined_by_and():
    assert (
        "filtered as not materialized (\n    select agent_id, channel\n    from sessions\n"
        "    where (channel in $channel)\n        and (agent_id in $agent)\n)"
    ) == told("select count(*) from filtered", Filters(channel=("web",), agent=("a",)))


def test_columns_are_those_that_are_read_and_no_names_of_parameters_or_texts():
    text = "select channel, 'status' as line from filtered where ended_at > $started_at"

    assert (
        "filtered as not materialized (\n    select channel, ended_at\n    from sessions\n)"
    ) == told(text)


def test_rows_that_are_only_counted_have_a_column():
    assert "select channel\n    from sessions\n)" in told("select count(*) from filtered")


def test_what_the_viewer_may_see_is_a_relation_of_its_own_only_where_it_is_read():
    text = "select agent_id from scoped where channel in (select channel from filtered)"
    filters = Filters(status=("failed",), scope=Scope(agents=frozenset({"a"})))

    assert (
        "scoped as not materialized (\n    select agent_id, channel, status\n    from sessions\n"
        "    where (agent_id in $scope)\n),\n"
        "filtered as not materialized (\n    select agent_id, channel, status\n    from scoped\n"
        "    where (status in $status)\n)"
    ) == told(text, filters)
    assert (
        "filtered as not materialized (\n    select agent_id, channel, status\n    from sessions\n"
        "    where (agent_id in $scope)\n        and (status in $status)\n)"
    ) == told("select channel from filtered", filters)


def test_nobody_who_may_see_no_agent_sees_a_session():
    assert "where (false)" in told(
        "select count(*) from filtered", Filters(scope=Scope(agents=frozenset()))
    )


def test_who_came_back_is_told_of_what_the_viewer_may_see():
    text = "select count(*) from filtered join returns using (session_no)"
    limited = told(text, Filters(scope=Scope(agents=frozenset({"a"}))))

    assert "returns as not materialized (" in limited
    assert "from scoped" in limited
    assert "returns as" not in told(text)
    by_filter = Filters(returned="24h", scope=Scope(agents=frozenset({"a"})))
    assert "returns as not materialized (" in told("select count(*) from filtered", by_filter)
