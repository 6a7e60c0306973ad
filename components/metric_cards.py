"""The four figures above the table, in one strip."""

from streamlit.delta_generator import DeltaGenerator

from components import changes, loading, theme
from components.assets import Data, element
from queries.cards import Card, Cards
from queries.choices import RANGE_WORDS
from queries.filters import Filters

strip = element("cards")

# Icon, label, colour and meaning, which the browser also shows while the figures are on their way.
_FACES: tuple[Data, ...] = (
    {
        "label": "Total Sessions",
        "icon": "forum",
        "tone": "ink",
        "meaning": "All sessions of the filters; without filters all of them, ever.",
    },
    {
        "label": "Active Sessions",
        "icon": "pulse",
        "tone": "green",
        "meaning": "Sessions of the filters that are still going on, whenever they started.",
    },
    {
        "label": "Recent Sessions",
        "icon": "schedule",
        "tone": "blue",
        "meaning": "Sessions of the filters that started in the last 24 hours.",
    },
    {
        "label": "Top Channel",
        "icon": "hub",
        "tone": "purple",
        "meaning": "The channel with most sessions, whatever channels are chosen.",
    },
)


def slot() -> DeltaGenerator:
    """Return the place of the strip; the first time it shows icons and labels until then."""
    return loading.slot("figures", _bones)


def _bones() -> None:
    """Render the strip without figures."""
    strip(key="cards_loading", data={"cards": [{**face, "is_loading": True} for face in _FACES]})


def show(cards: Cards, filters: Filters) -> None:
    """Render the answer of `queries.metrics.cards`; a click opens the sessions behind a figure."""
    before = _period_before(filters)
    figures = (
        _figure(cards.total, _relative(cards.total, before, alone="All time"), filters),
        _figure(cards.active, _difference(cards.active), filters),
        _figure(cards.recent, _relative(cards.recent, "vs previous 24 hours"), filters),
        _top_channel(cards.top_channel),
    )
    data = [{**face, **figure} for face, figure in zip(_FACES, figures, strict=True)]
    strip(key="cards", data={"cards": data})


def _period_before(filters: Filters) -> str:
    """Return what the range is compared with, in words."""
    words = RANGE_WORDS.get(filters.range, "")
    return f"vs previous {words}" if words else "vs the period before"


def _figure(card: Card, delta: Data, filters: Filters) -> Data:
    return {
        "value": f"{card.value:,}",
        "beside": f"of {card.unfiltered:,}" if filters.is_set else "",
        "delta": delta,
        "series": list(card.series),
        "change": None if card.link is None else changes.to(card.link),
    }


def _relative(card: Card, against: str, alone: str = "") -> Data:
    """Return the change as a part of the number before; `alone` where there is none to compare."""
    if card.before is None:
        return _still(alone or "No earlier sessions")
    if card.change is None:
        return _still("No change" if not card.value else f"None before, {against}")
    return _moved(card.change, f"{abs(card.change):.1%}", against)


def _difference(card: Card) -> Data:
    """Return the change as a number of sessions."""
    if card.before is None:
        return _still("No earlier sessions")
    more = int(card.value - card.before)
    return _moved(more, f"{abs(more):,}", "vs this time yesterday")


def _top_channel(card: Card) -> Data:
    share = card.share or 0.0
    delta = _still("No change" if card.channel is None else f"{share:.1%} of sessions")
    if card.change is not None:
        points = f"{abs(card.change) * 100:.1f} pp"
        delta = _moved(card.change, points, f"share, now {share:.1%}")
    return {
        "value": "None" if card.channel is None else theme.CHANNELS[card.channel]["label"],
        "beside": f"{card.value:,} session{'' if card.value == 1 else 's'}" if card.value else "",
        "delta": delta,
        "series": list(card.series),
        "change": None if card.link is None else changes.to(card.link),
    }


def _moved(change: float, text: str, against: str) -> Data:
    if not change:
        return _still("No change")
    return {"way": 1 if change > 0 else -1, "text": text, "against": against}


def _still(text: str) -> Data:
    return {"way": 0, "text": "", "against": text}
