"""Who writes: customers with a language, a region and a plan, of whom some come back."""

from dataclasses import dataclass

import numpy as np

from ingest.demo.dice import Dice, Flags, Floats, Ints, throw
from ingest.demo.parameters import Parameters

PLANS = ("free", "starter", "pro", "enterprise")
_PLAN_SHARES = np.array([0.34, 0.31, 0.26, 0.09])
# Each language's share of the customers, and where they live; another language is rare.
_LANGUAGES: dict[str, tuple[float, tuple[str, ...]]] = {
    "en": (0.47, ("us", "us", "gb", "ca", "ie", "au", "in")),
    "de": (0.14, ("de", "de", "de", "at", "ch")),
    "es": (0.12, ("es", "mx", "co", "ar")),
    "fr": (0.09, ("fr", "fr", "be", "ca", "ch")),
    "pt": (0.08, ("br", "br", "pt")),
    "ja": (0.04, ("jp",)),
    "ar": (0.03, ("ae", "eg", "sa")),
    "hi": (0.03, ("in",)),
}
_RARE: tuple[float, tuple[str, ...]] = (0.02, ("other",))
_CUSTOMERS = 0.55  # customers a session
_FAVOUR = 1.3  # above 1: some write more often than others
_ANONYMOUS = 0.07
_BACK_SOON = 0.10  # sessions of someone who was there less than a day before


@dataclass(frozen=True)
class People:
    """The customers of some sessions; `dice` draws the same for the same customer."""

    customer: Ints
    dice: Dice
    is_known: Flags  # the others give no name
    language: Ints
    region: Ints  # into regions()
    plan: Ints  # into PLANS


def regions(codes: tuple[str, ...]) -> tuple[str, ...]:
    """Return all regions of the languages with these codes, in order."""
    return tuple(sorted({place for code in codes for place in _LANGUAGES.get(code, _RARE)[1]}))


def people(parameters: Parameters, numbers: Ints, dice: Dice, codes: tuple[str, ...]) -> People:
    """Return who writes in the sessions with these numbers."""
    customer = _customers(parameters, numbers, dice)
    own = throw(parameters.seed, customer)
    language = own.pick("customer language", _shares(codes))
    places = regions(codes)
    homes = [[places.index(one) for one in _LANGUAGES.get(code, _RARE)[1]] for code in codes]
    widest = max(map(len, homes))
    table = np.array([(home * widest)[:widest] for home in homes], dtype=np.int64)
    counts = np.array([len(home) for home in homes], dtype=np.int64)
    region = table[language, own.below("customer region", counts[language])]
    plan = own.pick("customer plan", _PLAN_SHARES)
    return People(customer, own, dice.uniform("known") >= _ANONYMOUS, language, region, plan)


def _shares(codes: tuple[str, ...]) -> Floats:
    """Return how many customers speak each language."""
    return np.array([_LANGUAGES.get(code, _RARE)[0] for code in codes])


def _customers(parameters: Parameters, numbers: Ints, dice: Dice) -> Ints:
    """Return the customer of each session; some take the one of a session just before."""
    per_day = parameters.sessions / parameters.days
    back = 1 + (dice.uniform("back by") * per_day * 0.8).astype(np.int64)
    is_back = (dice.uniform("back") < _BACK_SOON) & (back < per_day) & (numbers >= back)
    source = np.where(is_back, numbers - back, numbers)
    pool = max(int(parameters.sessions * _CUSTOMERS), 20)
    share = throw(parameters.seed, source).uniform("customer")
    return (pool * share**_FAVOUR).astype(np.int64)
