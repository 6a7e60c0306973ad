"""What the panels of a page share: place of a chart, figure, choices, explanation."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property, partial
from hashlib import sha256
from urllib.parse import urlencode

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components import boundary, changes, state
from components.assets import Data, element
from components.lens import Lens
from components.times import milliseconds
from queries import links
from queries.catalog import METRICS, Metric, Unit
from queries.charts import Explain
from queries.choices import RANGE_WORDS
from queries.comparison import Compared, previous
from queries.engine import Snapshot
from queries.explain import Explanation
from queries.filters import Filters
from queries.periods import BEGINNING, Period, whole_days

_bones = element("bones")
_DIGITS = {Unit.SESSIONS: 0, Unit.MILLISECONDS: 0, Unit.RATE: 5, Unit.NUMBER: 3}


@dataclass(frozen=True)
class Panel:
    """A chart's place and words."""

    key: str
    title: str
    sub: str = ""
    size: str = "small"


@dataclass(frozen=True)
class Scene:
    """What all panels of one run are about."""

    filters: Filters
    snapshot: Snapshot
    lens: Lens

    @property
    def zone(self) -> str:
        """The zone in which days and hours are counted."""
        return self.filters.tz or self.snapshot.zone

    @cached_property
    def against(self) -> str:
        """What is compared with, as the start of a sentence; '' where there is nothing."""
        earlier = previous(self.filters, self.snapshot)
        if earlier is None or earlier.started_after is None or earlier.started_before is None:
            return ""
        words = RANGE_WORDS.get(self.filters.range)
        if words:
            return f"Previous {words}"
        days = whole_days(Period(earlier.started_after, earlier.started_before), self.zone)
        if days is None:
            return "The period before"
        return "The day before" if days == 1 else f"The {days} days before"

    @cached_property
    def stamp(self) -> str:
        """Another text for other filters, data or a later moment; the same for the same numbers."""
        lens = [(name, str(value)) for name, value in asdict(self.lens).items()]
        text = urlencode([("", self.snapshot.name), *self.filters.to_query(), *lens])
        return sha256(text.encode()).hexdigest()[:10]


def waiting(panel: Panel) -> DeltaGenerator:
    """Return the place of a panel, in which its title stands until the chart is there."""
    place = st.empty()
    with place:
        data = {"title": panel.title, "sub": panel.sub, "size": panel.size}
        _bones(key=f"bones_{panel.key}", data=data)
    return place


def frame(
    panel: Panel, scene: Scene, explain: Explain,
    *, figure: Data | None = None, note: Data | None = None, choices: Sequence[Data] = (),
    sub: str = "",
) -> Data:  # fmt: skip
    """Return what the frame of a chart shows; it is explained once somebody has asked."""
    return {
        "title": panel.title,
        "sub": sub or panel.sub,
        "size": panel.size,
        "against": scene.against,
        "stamp": scene.stamp,
        "figure": figure,
        "note": note,
        "choices": list(choices),
        "file": f"parley-{panel.key.replace('_', '-')}",
        "explained": _explained(panel, scene, explain),
    }


def asking(panel: Panel) -> Callable[[], None]:
    """Return what is to be called when somebody has asked a panel to explain itself."""
    return partial(state.ask, panel.key)


def figure(metric: str, compared: Compared, scene: Scene) -> Data:
    """Return a number of the catalogue beside the one before, and the sessions behind it."""
    known, against, count = METRICS[metric], scene.against, compared.n
    if known.unit is Unit.RATE:
        count = round((compared.value or 0) * count)
    return {
        **asdict(compared),
        "show": behind(links.behind(known, scene.filters), count),
        "unit": known.unit,
        "good": known.good_direction,
        "against": f"{against[:1].lower()}{against[1:]}",
    }


def behind(link: Filters | None, count: int | None) -> Data | None:
    """Return the sessions behind a number; None where there are none, or no filter names them."""
    return None if link is None or not count else {"change": changes.to(link), "count": count}


def rounded(values: Sequence[float | None], metric: Metric) -> list[float | None]:
    """Return values as exactly as they are drawn."""
    digits = _DIGITS[metric.unit]
    return [
        None if value is None else (round(value, digits) if digits else round(value))
        for value in values
    ]


def choice(
    name: str, label: str, value: str, options: Mapping[str, str], usual: str = ""
) -> Data:  # fmt: skip
    """Return a choice of the lens: its parameter, and its values with their words."""
    listed = [[option, words] for option, words in options.items()]
    return {"name": name, "label": label, "value": value, "usual": usual, "options": listed}


def _explained(panel: Panel, scene: Scene, explain: Explain) -> Data | None:
    if not state.is_asked(panel.key):
        return None
    found: list[Explanation] = []
    with boundary.Part("The explanation", instead=lambda: None):  # the chart is there without it
        found.append(explain())
    return explanation(found[0], scene) if found else {"is_missing": True}


def explanation(found: Explanation, scene: Scene) -> Data:
    """Return what stands behind a number, for the browser to show."""
    unit = METRICS[found.name].unit if found.name in METRICS else None
    value, is_rate = found.value, unit is Unit.RATE
    return {
        "metric": found.name if found.name in METRICS else None,
        "title": found.label,
        "definition": found.definition,
        "sql": found.sql,
        "parameters": [list(pair) for pair in found.parameters],
        "value": value,
        "low": found.low,
        "high": found.high,
        "is_near": found.is_near,
        "unit": unit,
        "n": None if found.link is None else found.n,
        "count": round(value * found.n) if is_rate and value is not None else found.n,
        "period": _words(found.period, scene),
        "zone": found.zone,
        "as_of": milliseconds(found.as_of),
        "reason": found.reason or None,
        "show": None if found.link is None else changes.to(found.link),
    }


def _words(period: Period | None, scene: Scene) -> str:
    if period is None:
        return "All time"
    after = None if period.after == BEGINNING else period.after
    (badge,) = Filters().between(after, period.before).badges(scene.zone)
    return badge.text
