"""How much of a change comes from each part: pure arithmetic over counts of two periods.

A part has `n` sessions, of which `hits` count; the whole has N and H. Of a **count** the change is
H1 - H0, and the part contributes h1 - h0: parts that share out the sessions add up to the change.

Of a **rate** R = H / N the change is shared out by the midpoint decomposition. With the part's
share w = n / N and its rate r = h / n, means of both periods barred,

    rate effect = mean(w) * (r1 - r0)               the part got better or worse
    mix effect  = (w1 - w0) * (mean(r) - mean(R))   the part's share of the sessions changed
    contribution = rate effect + mix effect

and over parts that share out the sessions the contributions add up to R1 - R0 exactly: w1 * r1 -
w0 * r0 = mean(w) * (r1 - r0) + (w1 - w0) * mean(r), and the shares' changes add up to 0, so that
mean(R) may be taken away from each. Without it every part that grew would seem to have raised the
rate. A part that is absent in one period has no rate there: it is given the other period's, so that
all that it contributes is mix. Source: E. M. Kitagawa, Components of a difference between two
rates, JASA 50 (1955), for two factors.

Parts that overlap (a session has several tags) are each compared with everything else, by the same
formula; they do not add up.
"""

from dataclasses import dataclass

import polars as pl

from queries import honest

COUNTS = ("n_now", "n_before", "hits_now", "hits_before")
EFFECTS = ("now", "before", "contribution", "rate_effect", "mix_effect")


@dataclass(frozen=True)
class Whole:
    """The sessions of two periods, and those of them that count."""

    n_now: int
    n_before: int
    hits_now: int
    hits_before: int
    is_rate: bool

    @property
    def now(self) -> float | None:
        """The metric; a rate of no sessions is None."""
        return _rate(self.hits_now, self.n_now) if self.is_rate else self.hits_now

    @property
    def before(self) -> float | None:
        """The metric in the period before."""
        return _rate(self.hits_before, self.n_before) if self.is_rate else self.hits_before

    @property
    def change(self) -> float | None:
        """What is shared out; None where a period has no rate."""
        if self.now is None or self.before is None:
            return None
        return self.now - self.before

    def contributions(self, parts: pl.DataFrame) -> pl.DataFrame:
        """Return parts, which have COUNTS, with EFFECTS; of a count the two effects are null."""
        if not self.is_rate:
            now, before = pl.col("hits_now"), pl.col("hits_before")
            nothing = pl.lit(None, pl.Float64)
            effects = {"now": now, "before": before, "contribution": now - before}
            effects = {name: value.cast(pl.Float64) for name, value in effects.items()}
            return parts.with_columns(**effects, rate_effect=nothing, mix_effect=nothing)
        now, before = (_safe(f"hits_{side}", f"n_{side}") for side in ("now", "before"))
        parts = parts.with_columns(now=now, before=before).with_columns(**self._effects())
        return parts.with_columns(contribution=pl.col("rate_effect") + pl.col("mix_effect"))

    def is_noise(self, part: dict[str, float]) -> bool:
        """Return whether a part's contribution may be chance, by what there is most of in it.

        A count is compared with the count before; of a rate, where the rate effect is larger the
        part's rates are, and where the mix effect is larger its shares of all sessions.
        """
        hits, hits_before, n, n_before = (
            int(part[name]) for name in ("hits_now", "hits_before", "n_now", "n_before")
        )
        if not self.is_rate:
            return not honest.counts_differ(hits, hits_before)
        if self.change is None:
            return True
        if abs(part["rate_effect"]) >= abs(part["mix_effect"]):
            return not honest.rates_differ(hits, n, hits_before, n_before)
        return not honest.rates_differ(n, self.n_now, n_before, self.n_before)

    def _effects(self) -> dict[str, pl.Expr]:
        if self.now is None or self.before is None:
            nothing = pl.lit(None, pl.Float64)
            return {"rate_effect": nothing, "mix_effect": nothing}
        now, before = pl.col("now"), pl.col("before")
        rate, earlier = pl.coalesce(now, before), pl.coalesce(before, now)
        share, share_before = pl.col("n_now") / self.n_now, pl.col("n_before") / self.n_before
        whole = (self.now + self.before) / 2
        return {
            "rate_effect": (share + share_before) / 2 * (rate - earlier),
            "mix_effect": (share - share_before) * ((rate + earlier) / 2 - whole),
        }


def _rate(hits: int, n: int) -> float | None:
    return hits / n if n else None


def _safe(hits: str, n: str) -> pl.Expr:
    """Return a rate, null where there is nothing to divide by."""
    return pl.when(pl.col(n) > 0).then(pl.col(hits) / pl.col(n))
