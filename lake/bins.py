"""Bins: lengths of time told apart by their size, 16 to each doubling, so that they can be added.

A bin holds the whole milliseconds from `bounds(bin)[0]` to `bounds(bin)[1]`, none of which is 2.2 %
away from `middle(bin)`; where these are one, it is exact. Bins are ordered as what they hold. So
it is up to a thousand years; beyond, a length at an edge may be told to lie in the next bin.
"""

import math
from functools import cache

A_DOUBLING = 16
HALF = 2 ** (1 / (2 * A_DOUBLING))  # a length is at most so many times its bin's middle, or as few
WITHIN = "2.2 %"  # what HALF is off at most
_ZERO = -1  # below that are those of less than nothing, which no import lets in


def sql(column: str) -> str:
    """Return the SQL of the bin of a column of whole milliseconds, a smallint; null of null."""
    number = f"floor({A_DOUBLING} * log2(abs({column}::double)))"
    return (
        f"(case when {column} > 0 then {number} when {column} = 0 then {_ZERO} "
        f"when {column} < 0 then {_ZERO - 1} - {number} end)::smallint"
    )


def bounds(number: int) -> tuple[int, int]:
    """Return the least and the most whole milliseconds of a bin that holds some."""
    if number == _ZERO:
        return 0, 0
    if number < _ZERO:
        least, most = bounds(_ZERO - 1 - number)
        return -most, -least
    return _least(number), _least(number + 1) - 1


@cache
def middle(number: int) -> float:
    """Return what stands for every length in a bin: as many times the least as the most is it."""
    least, most = bounds(number)
    if least == most:
        return float(least)
    return math.copysign(math.sqrt(least * most), least)


def _least(number: int) -> int:
    """Return the first whole number from a power of two on, 16 to each doubling."""
    return math.ceil(2 ** (number / A_DOUBLING))
