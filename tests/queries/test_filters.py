"""Filters as URL parameters, as badges, as values."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from pydantic import ValidationError

from errors import FilterError
from models import Channel, Status
from queries.choices import Range
from queries.filters import FIELDS, Filters, Scope
from settings import available_timezones
from tests.queries import world

AFTER = "2026-10-25T00:00:00+02:00"


def query_of(filters, **options):
    query = {}
    for name, value in filters.to_query(**options):
        query.setdefault(name, []).append(value)
    return query


@given(filters=world.filters())
def test_a_link_gives_back_the_filters_but_never_the_scope(filters):
    unscoped = filters.within(Scope())

    assert (unscoped, ()) == Filters.from_query(query_of(filters), strict=True)
    api = query_of(filters, commas=True)
    assert (unscoped, ()) == Filters.from_query(api, strict=True, commas=True)


@given(filters=world.filters())
def test_each_badge_removes_what_it_names_and_nothing_else(filters):
    left = filters
    for badge in filters.badges():
        assert badge.label
        assert badge.text or badge.value == ""
        without = left.removing(badge)
        assert len(without.badges()) == len(left.badges()) - 1
        left = without

    assert not left.is_set
    assert Filters(tz=filters.tz, scope=filters.scope) == left


@given(filters=world.filters())
def test_no_filter_is_set_without_a_badge(filters):
    assert filters.is_set == bool(filters.badges())


def test_every_url_field_has_a_where():
    assert {*Filters.model_fields} - {"scope"} == set(FIELDS)


def test_the_scope_cannot_be_set_by_a_link():
    query = {"scope": ["{}"], "agent": ["a1"]}

    filters, notes = Filters.from_query(query)

    assert Filters(agent=("a1",)) == filters
    assert len(notes) == 1
    with pytest.raises(FilterError):
        Filters.from_query(query, strict=True)


def test_an_unknown_parameter_is_refused_with_what_may_have_been_meant():
    with pytest.raises(FilterError, match="did you mean 'channel'"):
        Filters.from_query({"chanel": ["web"]}, strict=True)

    filters, notes = Filters.from_query({"chanel": ["web"], "page": ["3"]}, other={"page"})
    assert Filters() == filters
    assert ("Left out: There is no filter 'chanel'; did you mean 'channel'?",) == notes


WRONG = {
    "q": ["a\0b", "x" * 201],
    "range": ["8d", "custom"],
    "started_after": ["yesterday", "2026-10-25", "2026-10-25T00:00:00", "1700000000",
                      "2026-13-01T00:00:00Z"],
    "tz": ["Mars/Olympus", "localtime"],
    "channel": ["fax"],
    "status": ["ACTIVE"],
    "metadata": ["", "no operator", "x==y", '"open', "a b=c"],
    "duration_min": ["-1", "1.5", "many", "9" * 30],
    "has": ["!", "errors"],
    "weekday": ["0", "8"],
    "hour": ["24", "-1"],
    "returned": ["30d"],
    "agent": ["\ud800", "x" * 513],
}  # fmt: skip
CASES = [(name, value) for name, values in WRONG.items() for value in values if value]


@pytest.mark.parametrize(("name", "value"), CASES)
def test_a_wrong_value_is_refused_or_left_out_with_a_note(name, value):
    with pytest.raises(FilterError, match=name):
        Filters.from_query({name: [value]}, strict=True)

    filters, notes = Filters.from_query({name: [value], "type": ["chat"]})
    assert Filters(type=("chat",)) == filters
    assert 1 == len(notes)


def test_only_the_wrong_one_of_several_values_is_left_out():
    filters, notes = Filters.from_query({"channel": ["fax", "web", "post", "sip"]})

    assert (Channel.SIP, Channel.WEB) == filters.channel
    assert 2 == len(notes)


def test_more_than_two_hundred_values_are_refused():
    agents = [f"a{number}" for number in range(201)]

    assert len(Filters.from_query({"agent": agents[1:]}, strict=True)[0].agent) == 200
    with pytest.raises(FilterError):
        Filters.from_query({"agent": agents}, strict=True)


def test_an_empty_parameter_is_not_set():
    assert (Filters(), ()) == Filters.from_query({"q": [""], "channel": [""], "range": []})


def test_a_single_value_given_twice_is_refused():
    with pytest.raises(FilterError, match="one value"):
        Filters.from_query({"q": ["a", "b"]}, strict=True)


@pytest.mark.parametrize(
    ("text", "edge"),
    [
        ("0001-01-01T00:00:00+14:00", "0001-01-01T00:00:00+00:00"),
        ("9999-12-31T23:59:59-14:00", "9999-12-31T23:59:59.999999+00:00"),
    ],
)
def test_a_bound_beyond_the_calendar_is_its_edge(text, edge):
    filters, _ = Filters.from_query({"started_after": [text]}, strict=True)

    assert filters.started_after.isoformat() == edge


def test_bounds_imply_a_custom_range_and_exclude_the_others():
    filters, _ = Filters.from_query({"started_after": [AFTER]}, strict=True)

    assert Range.CUSTOM is filters.range
    assert datetime(2026, 10, 24, 22, tzinfo=UTC) == filters.started_after
    for other in ("7d", "all"):
        query = {"range": [other], "started_after": [AFTER]}
        with pytest.raises(FilterError, match="custom"):
            Filters.from_query(query, strict=True)
        lenient, notes = Filters.from_query(query)
        assert (filters, 1) == (lenient, len(notes))


def test_a_range_leaves_with_its_bounds():
    filters, _ = Filters.from_query({"started_after": [AFTER], "channel": ["web"]})

    assert Filters(channel=("web",)) == filters.without("range")
    assert Filters(channel=("web",)) == filters.without("started_after")


def test_the_order_of_values_does_not_matter():
    assert Filters(channel=("web", "sip", "web")) == Filters(channel=("sip", "web"))
    assert hash(Filters(status=("failed", "active"))) == hash(Filters(status=("active", "failed")))


def test_the_api_takes_commas_and_a_backslash_keeps_one():
    query = {"status": ["failed,active", "completed"], "agent": [r"a,b\,c", "d\\\\", "e\\f"]}

    filters, _ = Filters.from_query(query, strict=True, commas=True)

    assert (Status.ACTIVE, Status.COMPLETED, Status.FAILED) == filters.status
    assert ("a", "b,c", "d\\", "e\\f") == filters.agent


def test_values_of_free_text_keep_their_commas():
    query = {"metadata": ["k=a,b"], "error": ["no route, to host"], "q": ["a,b"]}

    filters, _ = Filters.from_query(query, strict=True, commas=True)

    assert ("no route, to host",) == filters.error
    assert "a,b" == filters.metadata[0].value
    assert "a,b" == filters.q


def test_filters_are_closed_and_frozen():
    with pytest.raises(ValidationError):
        Filters(colour="red")
    with pytest.raises(ValidationError):
        Filters().q = "x"


def test_badges_speak_the_words_of_the_field():
    filters, _ = Filters.from_query({
        "channel": ["mobile_sdk"], "range": ["7d"], "weekday": ["1"], "duration_min": ["90000"],
        "has": ["!messages"], "metadata": ["plan=pro"],
    })  # fmt: skip

    assert [
        ("Started", "Last 7 days"),
        ("Channel", "Mobile SDK"),
        ("Metadata", "plan=pro"),
        ("Longer than", "1 min 30 s"),
        ("Has", "No messages"),
        ("Weekday", "Monday"),
    ] == [(badge.label, badge.text) for badge in filters.badges()]


def test_the_badge_of_a_custom_range_is_in_the_zone():
    query = {"started_after": [AFTER], "started_before": ["2026-10-26T12:30:00Z"]}
    (badge,) = Filters.from_query(query)[0].badges("Europe/Berlin")

    assert ("range", "25 Oct 2026 to 26 Oct 2026 13:30") == (badge.field, badge.text)


def test_every_zone_that_filters_take_is_known_to_the_database(snapshot):
    rows = snapshot.publication.cursor().sql("select name from pg_timezone_names()").fetchall()
    taken = {name for name in available_timezones() if name != "localtime"}

    assert taken <= {name for (name,) in rows}


@pytest.mark.parametrize(
    ("after", "before", "words"),
    [
        ("2026-11-15T00:00:00+01:00", "2026-11-23T00:00:00+01:00", "15 to 22 Nov 2026"),
        ("2026-10-25T00:00:00+02:00", "2026-10-26T00:00:00+01:00", "25 Oct 2026"),
        ("2026-10-20T00:00:00+02:00", "2026-11-01T00:00:00+01:00", "20 to 31 Oct 2026"),
        ("2026-09-20T00:00:00+02:00", "2026-11-01T00:00:00+01:00", "20 Sep to 31 Oct 2026"),
        ("2025-12-31T00:00:00+01:00", "2026-01-02T00:00:00+01:00", "31 Dec 2025 to 1 Jan 2026"),
    ],
)
def test_whole_days_are_named_with_their_last_one(after, before, words):
    """The range is half-open, but nobody says "until the 23rd" and means the 22nd."""
    (badge,) = Filters(started_after=after, started_before=before).badges("Europe/Berlin")

    assert words == badge.text
