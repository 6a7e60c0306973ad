"""The page of exports: what the browser needs for the form."""

from components import state
from exports.registry import FORMATS
from tests.components.drawn import drawn


def test_it_offers_every_format_for_the_sessions_of_the_address(small, visit):
    at = visit(channel="web").switch_page("exports.py").run()
    assert not at.exception
    data = drawn(at)["exports"]

    assert {each["name"]: each["has_messages"] for each in data["formats"]} == {
        name: form.has_messages for name, form in FORMATS.items()
    }
    assert {each["has_messages"] for each in data["formats"]} == {True, False}
    assert (data["total"], data["zone"], set(data["apart"])) == (22, "Europe/Berlin", state.OTHER)
