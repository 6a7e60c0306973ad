"""Python's copy of the look is that of config.toml, and complete."""

import re
import tomllib
from pathlib import Path

import pytest
from streamlit.material_icon_names import ALL_MATERIAL_ICONS

from components import assets, theme
from models import Channel, EventKind, SessionType, Status

ROOT = Path(__file__).parent.parent.parent
CONFIG = tomllib.loads((ROOT / ".streamlit/config.toml").read_text(encoding="utf-8"))
LOOKS = [*theme.CHANNELS.values(), *theme.STATUSES.values(), *theme.TYPES.values()]
LOOKS += theme.EVENTS.values()


@pytest.mark.parametrize("name", ["light", "dark"])
def test_channel_colours_are_those_of_the_theme(name):
    assert list(theme.CATEGORICAL[name]) == CONFIG["theme"][name]["chartCategoricalColors"]


def test_the_prelude_names_the_colours_in_the_same_order():
    text = (assets.FOLDER / "prelude.js").read_text(encoding="utf-8")
    found = re.search(r"const PLACES = \[(.*?)\];", text)

    assert [channel.value for channel in theme.CHANNEL_PLACES] == re.findall(r'"(\w+)"', found[1])


@pytest.mark.parametrize(
    ("values", "looks"),
    [
        (Channel, theme.CHANNELS),
        (Status, theme.STATUSES),
        (SessionType, theme.TYPES),
        (EventKind, theme.EVENTS),
    ],
)
def test_every_value_has_a_look(values, looks):
    assert {value.value for value in values} == set(looks)


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: look["label"])
def test_every_icon_is_bundled(look):
    assert look["icon"] == "pulse" or look["icon"] in ALL_MATERIAL_ICONS


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: look["label"])
def test_every_tone_is_a_class_of_the_look(look):
    css = (assets.FOLDER / "look.css").read_text(encoding="utf-8")

    assert all(re.search(rf"\.{tone}\b", css) for tone in look["tone"].split())


def test_the_server_listens_to_this_machine_only_and_tells_nobody():
    assert CONFIG["server"]["address"] == "127.0.0.1"
    assert set(CONFIG["server"]["allowedHosts"]) == {"localhost", "127.0.0.1", "::1"}
    assert CONFIG["browser"]["gatherUsageStats"] is False
    assert CONFIG["client"]["showErrorDetails"] == "none"
