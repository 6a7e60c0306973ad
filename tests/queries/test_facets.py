"""What the metadata menu suggests."""

from collections import Counter

from queries import facets
from queries.filters import Scope


def told(rows):
    """Return how often each key and each value of it is stored."""
    keys, values = Counter(), Counter()
    for row in rows:
        for key, listed in row["metadata"].items():
            keys[key] += len(listed)
            values.update((key, value) for value in listed)
    return keys, values


def test_keys_come_most_frequent_first_with_values_that_occur_often(snapshot, world_rows):
    keys, values = told(world_rows)
    found = facets.suggestions(snapshot, Scope())

    assert [key for key, _ in sorted(keys.items(), key=lambda item: (-item[1], item[0]))][
        : facets.KEYS
    ] == list(found)
    for key, listed in found.items():
        often = {value for (of, value), total in values.items() if of == key and total >= 3}
        assert set(listed) <= often
        assert len(listed) == min(len(often), facets.VALUES_EACH)


def test_nothing_of_other_agents_is_suggested(snapshot, world_rows):
    mine = [row for row in world_rows if row["agent_id"] == "a1"]

    assert set(facets.suggestions(snapshot, Scope(frozenset({"a1"})))) == set(told(mine)[0])
    assert facets.suggestions(snapshot, Scope(frozenset())) == {}
