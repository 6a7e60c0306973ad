"""The export menu: what the browser needs to build the links."""

from streamlit.testing.v1 import AppTest

from components import state
from exports.registry import FORMATS
from tests.components.drawn import drawn


def menu():
    from datetime import UTC, datetime

    from components import export_menu
    from exports.registry import FORMATS

    now = datetime(2026, 11, 22, tzinfo=UTC)
    export_menu.show(FORMATS.values(), total=234, now=now, zone="Europe/Berlin")


def test_every_format_of_the_register_is_offered_with_the_count():
    data = drawn(AppTest.from_function(menu, default_timeout=20).run())["export"]

    assert list(FORMATS) == [each["name"] for each in data["formats"]]
    assert (234, "Europe/Berlin") == (data["total"], data["zone"])
    assert state.OTHER == set(data["apart"])
