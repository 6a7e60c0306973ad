"""The four figures of the live page, which count on by themselves until the next refresh."""

from collections.abc import Iterable
from datetime import datetime

from streamlit.delta_generator import DeltaGenerator

from components import changes, loading
from components.assets import Data
from components.metric_cards import strip
from components.times import milliseconds
from queries import live
from queries.engine import Snapshot
from queries.filters import Filters
from queries.live import Counts, Usual

_FACES: tuple[Data, ...] = (
    {
        "label": "Open now",
        "icon": "pulse",
        "tone": "green",
        "meaning": "Sessions of the filters that are going on, whenever they started.",
    },
    {
        "label": f"Silent over {live.SILENT_MS // 60_000} min",
        "icon": "volume_off",
        "tone": "amber",
        "meaning": "Of these, those in which nobody has said anything for so long.",
    },
    {
        "label": "Stuck",
        "icon": "hourglass_bottom",
        "tone": "red",
        "meaning": "Of these, those that are open for longer than 99 of 100 sessions of the same "
        "agent and channel have lasted.",
    },
    {
        "label": "Failed, last hour",
        "icon": "error",
        "tone": "red",
        "meaning": "Sessions of the filters that started in the last hour and have failed.",
    },
)


def slot() -> DeltaGenerator:
    """Return the place of the strip; the first time it shows icons and labels until then."""
    return loading.slot("live_figures", _bones)


def _bones() -> None:
    strip(
        key="live_cards_loading", data={"cards": [{**face, "is_loading": True} for face in _FACES]}
    )


def show(
    counts: Counts, usual: Usual | None, failed: int, filters: Filters, snapshot: Snapshot
) -> None:
    """Render the answers of `queries.live`; a click opens the sessions behind a figure."""
    figures = (
        {**_figure(counts.going, _against(counts.going, usual)), **_list(live.going(filters))},
        {**_figure(counts.silent, _part(counts.silent, counts)), "change": {"show": ["silent"]},
         "coming": _coming(counts.silent_next)},
        {**_figure(counts.stuck, _still("Longer than their p99")), "change": {"show": ["stuck"]},
         "coming": _coming(counts.stuck_next)},
        {**_figure(failed, _still("Of those that started in it")),
         **_list(live.failed(filters, snapshot))},
    )  # fmt: skip
    data = [{**face, **figure} for face, figure in zip(_FACES, figures, strict=True)]
    strip(key="live_cards", data={"cards": data})


def _figure(value: int, delta: Data) -> Data:
    return {"value": f"{value:,}", "beside": "", "delta": delta, "series": [], "change": None}


def _list(link: Filters | None) -> Data:
    """Return the way to a list of sessions, which is another page."""
    return {"change": None} if link is None else {"change": changes.to(link), "path": ""}


def _coming(moments: Iterable[datetime]) -> list[int]:
    """Return when one more is to be counted, if nothing happens."""
    return [milliseconds(moment) for moment in moments]


def _against(value: int, usual: Usual | None) -> Data:
    """Return how a number compares with what is usual at this hour of this weekday."""
    if usual is None:
        return _still("No usual number yet")
    low, high = round(usual.low), round(usual.high)
    band = f"{low:,}" if low == high else f"{low:,} to {high:,}"
    if low <= value <= high:
        return _still(f"As usual at this hour, {band}")
    way, text = (1, value - high) if value > high else (-1, low - value)
    more = "more" if way > 0 else "fewer"
    return {"way": way, "text": f"{text:,}", "against": f"{more} than usual, {band}"}


def _part(value: int, counts: Counts) -> Data:
    share = value / counts.going if counts.going else 0.0
    return _still(f"{share:.0%} of those that are open" if counts.going else "Nobody is")


def _still(text: str) -> Data:
    return {"way": 0, "text": "", "against": text}
