"""Filters that have a range."""

from hypothesis import strategies as st

from queries.choices import Range
from tests.queries import world

PRESETS = st.sampled_from([Range.DAY, Range.WEEK, Range.MONTH])


@st.composite
def ranged(draw):
    """Return filters with a range that has a start."""
    filters = draw(world.filters())
    if filters.range is Range.ALL or draw(st.booleans()):
        filters = filters.without("range")
        if draw(st.booleans()):
            return filters.model_copy(update={"range": draw(PRESETS)})
    if filters.started_after is None and filters.range in (Range.ALL, Range.CUSTOM):
        first, last = sorted([draw(world.MOMENTS), draw(world.MOMENTS)])
        return filters.between(first, draw(st.sampled_from([last, None])))
    return filters
