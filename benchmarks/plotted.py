"""A picture of growth: a line a question, both axes in powers of ten."""

import math
from collections.abc import Callable, Mapping, Sequence
from html import escape
from typing import TypeVar

Number = TypeVar("Number")
Place = Callable[[Number], float]

WIDTH, HEIGHT = 860, 460
LEFT, RIGHT, TOP, FOOT = 56, 230, 16, 40
INKS = ("#2b6cb0", "#b7791f", "#2f855a", "#9b2c2c", "#6b46c1", "#2c7a7b", "#b83280", "#4a5568")
DASHES = ("", "6 3")  # the second eight


def grown(found: Mapping[str, Mapping[int, float]]) -> str:
    """Return an SVG of milliseconds by number of sessions, for light and dark pages."""
    sizes = sorted({size for of in found.values() for size in of})
    values = [value for of in found.values() for value in of.values()]
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))

    def x(size: int) -> float:
        span = max(math.log10(sizes[-1] / sizes[0]), 1)
        return LEFT + (WIDTH - LEFT - RIGHT) * math.log10(size / sizes[0]) / span

    def y(value: float) -> float:
        part = (math.log10(value) - low) / max(high - low, 1)
        return TOP + (HEIGHT - TOP - FOOT) * (1 - part)

    parts = [_axes(sizes, range(low, high + 1), x, y)]
    ends = _apart({name: y(of[max(of)]) for name, of in found.items()})
    for number, (name, of) in enumerate(found.items()):
        ink, dash = INKS[number % len(INKS)], DASHES[number // len(INKS) % len(DASHES)]
        points = " ".join(f"{x(size):.1f},{y(of[size]):.1f}" for size in sorted(of))
        parts.append(
            f'<polyline points="{points}" fill="none" stroke="{ink}" stroke-width="1.5" '
            f'stroke-dasharray="{dash}"/>'
            f'<text x="{WIDTH - RIGHT + 8}" y="{ends[name] + 4:.1f}" fill="{ink}">'
            f"{escape(name)}, {of[max(of)]:.1f} ms</text>"
        )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'aria-label="Milliseconds of each question by number of sessions" font-size="12" '
        f'font-family="sans-serif"><rect width="100%" height="100%" fill="#ffffff"/>'
        f"{''.join(parts)}</svg>\n"
    )


def _axes(sizes: Sequence[int], powers: Sequence[int], x: Place[int], y: Place[float]) -> str:
    """Return the lines and words of both axes."""
    right, floor = WIDTH - RIGHT, HEIGHT - FOOT
    lines = [
        f'<line x1="{LEFT}" x2="{right}" y1="{y(10**power):.1f}" y2="{y(10**power):.1f}" '
        f'stroke="#e2e8f0"/><text x="{LEFT - 8}" y="{y(10**power) + 4:.1f}" fill="#4a5568" '
        f'text-anchor="end">{10**power:g} ms</text>'
        for power in powers
    ]
    words = [
        f'<text x="{x(size):.1f}" y="{floor + 18}" fill="#4a5568" text-anchor="middle">{size:,}'
        "</text>"
        for size in sizes
    ]
    return "".join([*lines, *words])


def _apart(places: Mapping[str, float]) -> dict[str, float]:
    """Return places of words that do not run into each other."""
    found: dict[str, float] = {}
    last = -math.inf
    for name, place in sorted(places.items(), key=lambda each: each[1]):
        last = max(place, last + 15)
        found[name] = last
    over = last - (HEIGHT - FOOT)
    return {name: place - over for name, place in found.items()} if over > 0 else found
