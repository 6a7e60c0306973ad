"""What the address says about how the analytics are looked at."""

import pytest

from components import changes, lens, place, state
from components.lens import Lens
from queries.filters import Filters
from queries.intervals import Interval
from queries.stacks import STACKS


def test_an_empty_address_is_the_usual_look():
    assert Lens() == Lens.read({})


@pytest.mark.parametrize("interval", Interval)
def test_every_interval_can_be_asked_for(interval):
    assert Lens.read({"interval": [interval.value]}).interval is interval


@pytest.mark.parametrize("by", STACKS)
def test_every_stack_can_be_asked_for(by):
    assert by == Lens.read({"by": [by]}).by


@pytest.mark.parametrize("metric", lens.METRICS)
def test_every_change_can_be_asked_for(metric):
    assert metric == Lens.read({"metric": [metric]}).metric


def test_open_during_and_capacity_can_be_asked_for():
    read = Lens.read({"open": ["during"], "capacity": ["12"]})

    assert read.is_open
    assert read.capacity == 12


@pytest.mark.parametrize(
    ("name", "value"),
    [("interval", "minute"), ("by", "weekday"), ("open", "yes"), ("metric", "<b>"),
     ("capacity", "0"), ("capacity", "-3"), ("capacity", "²"), ("capacity", "9" * 12)],
)  # fmt: skip
def test_what_cannot_be_is_the_usual_with_a_note(name, value):
    read = Lens.read({name: [value]})

    assert Lens(notes=read.notes) == read
    assert name in read.notes[0]


def test_the_last_value_counts_and_an_empty_one_is_none():
    assert Lens.read({"by": ["type", "status"]}).by == "status"
    assert Lens() == Lens.read({"by": [""], "capacity": [""], "interval": []})


def test_its_parameters_are_no_filters_nor_those_of_the_list():
    assert set(Filters.model_fields).isdisjoint(lens.PARAMETERS)
    assert lens.PARAMETERS.isdisjoint(place.PARAMETERS)
    assert lens.PARAMETERS < state.OTHER


def test_clearing_the_filters_leaves_the_look():
    assert lens.PARAMETERS <= set(changes.clear()["*"])


@pytest.mark.parametrize(
    "found",
    [Lens(), Lens(interval=Interval.WEEK, by="type", is_open=True, capacity=12, metric="failed")],
)
def test_what_is_kept_of_it_reads_back(found):
    kept = {name: [value] for name, value in found.to_query()}

    assert found == Lens.read(kept)
