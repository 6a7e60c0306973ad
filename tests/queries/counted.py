"""All that cubes may answer, asked of them and of the rows; and what changes sessions."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import strategies as st

from models import Channel, EventKind, SessionType, Status
from queries import (
    changes,
    comparison,
    concurrency,
    engine,
    facets,
    ghosts,
    metrics,
    returning,
    sessions,
    sparklines,
    stacks,
    trends,
)
from queries.catalog import DIMENSIONS, METRICS, named
from queries.choices import Has, Range
from queries.filters import Filters
from queries.lines import AGENTS, lines
from queries.names import agent_names
from queries.question import Question
from queries.statement import measures
from tests import oracle_trends as truth
from tests.queries import world
from tests.queries.conftest import Shelf

SUMS = tuple(name for name, metric in METRICS.items() if metric.quantile is None)
PERCENTILES = tuple(name for name, metric in METRICS.items() if metric.quantile is not None)
PARTS = tuple(name for name in changes.SPLITS if name != "metadata")
OWN = {
    "channel", "type", "status", "agent", "tz", "range", "weekday", "hour", "scope", "has", "event",
}  # fmt: skip
KNOWN = {
    **{name: strategy for name, strategy in world.FIELDS.items() if name in OWN},
    "has": st.sampled_from([(Has.START,), (Has.NO_START,), (Has.HANDOFF,), (Has.NO_HANDOFF,)]),
    "event": st.just((EventKind.HANDOFF,)),
}


@st.composite
def known_filters(draw):
    """Return filters of what cubes know, perhaps with a custom range."""
    names = draw(st.lists(st.sampled_from(sorted(KNOWN)), max_size=3, unique=True))
    found = {name: draw(KNOWN[name]) for name in names}
    if "range" not in found and draw(st.booleans()):
        bounds = draw(st.tuples(world.MOMENTS | st.none(), world.MOMENTS | st.none()))
        found |= dict(zip(("started_after", "started_before"), bounds, strict=True))
    return Filters.model_validate(found)


def answers(filters, snapshot, by, interval):
    """Return all that is counted under some filters, by name."""
    asked = (SUMS, filters, snapshot)
    series = trends.series(*asked, interval=interval, by=by)
    ghost = ghosts.ghost(*asked, interval=interval, by=by)
    both = ghosts.with_ghost(*asked, interval=interval, by=by)
    base = filters.without("range", "channel", "status")
    changed = changes.changes("failure_rate", filters, snapshot, dimensions=PARTS)
    handed = changes.changes("handoffs", filters, snapshot, dimensions=("hour", "agent"))
    return {
        "cards": metrics.cards(filters, snapshot),
        "numbers": metrics.card_numbers(filters, snapshot),
        "day": sorted(sparklines.of_day(base, snapshot)),
        "series": (series.frame.rows(), series.undated.rows(), series.groups),
        "ghost": ghost and ghost.frame.rows(),
        "both": [each and each.frame.rows() for each in both],
        "weeks": [
            None if week is None else week.rows() for week in ghosts.weeks(filters, snapshot)
        ],
        "compared": comparison.compared(*asked),
        "heatmap": trends.heatmap(filters, snapshot).rows(),
        "changes": (changed.whole, changed.parts.rows(), handed.parts.rows()),
        "metadata": _metadata(filters, snapshot),
        "facets": facets.counts(filters, snapshot),
        "names": agent_names(snapshot, filters.scope),
        "count": sessions.count(filters, snapshot),
        "pages": _pages(filters, snapshot),
        "at_once": [_at_once(filters, snapshot, each) for each in dict.fromkeys((by, "channel"))],
        "agents": stacks.agents(filters, snapshot),
        "returning": returning.repeat_contact(filters, snapshot).rows(),
        "lines": lines(AGENTS, "agent_id", filters, snapshot).rows(),
        **{name: _by(name, filters, snapshot) for name in DIMENSIONS},
    }


def _pages(filters, snapshot):
    """Return pages from the first to one beyond the end, in every order."""
    return [
        sessions.page(filters, snapshot, number=number, size=size, sort=sort).rows()
        for sort in sessions.SORTS
        for number, size in ((1, 7), (2, 7), (5, 20), (9, 13), (60, 5), (1, 1000), (7, 1000))
    ]


def _at_once(filters, snapshot, by):
    found = concurrency.concurrency(filters, snapshot, by=by, capacity=3)
    slices, summary = found.slices.rows(), found.summary.rows()
    return found.period, found.groups, slices, summary, found.above, found.left_out


def _metadata(filters, snapshot):
    """Return the parts of a range that has one before it."""
    if comparison.previous(filters, snapshot) is None:
        filters = filters.without("range").model_copy(update={"range": Range.MONTH})
    found = changes.changes("failure_rate", filters, snapshot, dimensions=("metadata",))
    handed = changes.changes("handoffs", filters, snapshot, dimensions=("metadata",))
    return found.parts.rows(), handed.parts.rows()


def _by(name, filters, snapshot):
    statement = measures(named(SUMS), DIMENSIONS[name], has_n=True)
    return Question(statement, filters).ask(snapshot).rows()


def percentiles(filters, snapshot, by, interval):
    """Return the rows of a series and its ghost, and the numbers of the whole, as they are read."""
    asked, given = (PERCENTILES, filters, snapshot), {"interval": interval, "by": by}
    series, ghost = ghosts.with_ghost(*asked, **given)
    if snapshot.publication.cubes is not None:  # asked as one or each by itself
        alone = (trends.series(*asked, **given), ghosts.ghost(*asked, **given))
        for one, other in zip((series, ghost), alone, strict=True):
            assert (one is None) == (other is None)
            assert one is None or (one.frame.rows(), one.near) == (other.frame.rows(), other.near)
    told = comparison.compared(*asked, beside=(series, ghost))
    parts = [each for each in (series, ghost) if each is not None]
    rows = [row for each in parts for row in [*each.frame.to_dicts(), *each.undated.to_dicts()]]
    rows += [{"n": number.n, "before_n": number.before_n, "value": number.value,
              "before": number.before} for number in told.values()]  # fmt: skip
    near = {f"{number.is_near} {number.was_near}" for number in told.values()}
    return rows, near, bool(series.near or (ghost and ghost.near))


def assert_near(exact, told):
    """Percentiles lie within half a bin of the exact ones; all else is the same."""
    assert len(exact) == len(told)
    for expected, row in zip(exact, told, strict=True):
        assert expected.keys() == row.keys()
        for name, value in row.items():
            if name in (*PERCENTILES, "value", "before"):
                assert truth.is_within_half_a_bin(expected[name], value), name
            else:
                assert expected[name] == value, name


def assert_equal(publication, own, filters, by, interval):
    """The same question with cubes and without gets the same answers."""
    told, near = [], []
    for shown in (publication, replace(publication, cubes=None)):
        engine.start(Shelf(shown), own)
        with engine.snapshot() as snapshot:
            told.append(answers(filters, snapshot, by, interval))
            near.append(percentiles(filters, snapshot, by, interval))
        engine.stop()
    for name, expected in told[1].items():
        assert expected == told[0][name], name
    assert_near(near[1][0], near[0][0])
    assert near[1][1:] == ({"False False"}, False)  # from the sessions nothing is near


def changed(row, chance):
    """Return a session as it is after an event, or another one like it."""
    made = {**row, "events": [], "event_kinds": chance.choice([[], ["handoff"], ["error"]])}
    made |= {
        "status": str(chance.choice(list(Status))), "channel": str(chance.choice(list(Channel))),
        "type": str(chance.choice(list(SessionType))), "message_count": chance.randrange(9),
        "agent_id": chance.choice([*world.AGENTS, "late"]),
    }  # fmt: skip
    for length in ("duration_ms", "first_response_ms"):
        made[length] = chance.choice([None, 0, 1, 23, 24, 10**5, 2**40, made[length]])
    if chance.random() < 0.3:
        made["started_at"] = chance.choice(
            [None, world.TICK, world.TICK - timedelta(minutes=chance.randrange(60 * 1440))]
        )
    if chance.random() < 0.5:  # who it is becomes known, or another, or is not known any more
        made["user_id"] = chance.choice([None, "late", *world.USERS])
    if chance.random() < 0.5:
        days = chance.choice([-1, 0, 0, 1, 2, 30])
        begin = made["started_at"] or world.TICK
        made["ended_at"] = chance.choice([None, begin + timedelta(days=days, minutes=2)])
    if chance.random() < 0.5:  # a few values, that become usual only with those of live sessions
        made["metadata"] = {"plan": [chance.choice(world.TEXTS[:8])]}
    if chance.random() < 0.3:
        made["session_id"] = f"new-{chance.randrange(40)}"
    return made
