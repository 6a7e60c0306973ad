"""What stands before pages and API, in the order in which a request passes it."""

from collections.abc import Callable, Sequence
from pathlib import Path

from starlette.middleware import Middleware

from api import cleaning, crowd, early, hosts, marking, packing, policy
from api.cleaning import Clean
from api.early import Needs
from settings import Settings


def middleware(
    hosts_allowed: Sequence[str], *, index: Path, clean: Clean, needs: Needs,
    found: Callable[[], Settings],
) -> list[Middleware]:  # fmt: skip
    """Return the gates: hosts, policy, places, the page's cookie, addresses, hints, files."""
    return [
        hosts.guard(hosts_allowed),
        policy.policy(index),
        crowd.crowd(found),
        marking.marking(),
        cleaning.cleaning(clean),
        early.hints(needs),
        packing.packing(),
    ]
