"""What stands before pages and API, in the order in which a request passes it."""

from collections.abc import Sequence
from pathlib import Path

from starlette.middleware import Middleware

from api import cleaning, early, hosts, marking, policy
from api.cleaning import Clean
from api.early import Needs


def middleware(
    hosts_allowed: Sequence[str], *, index: Path, clean: Clean, needs: Needs
) -> list[Middleware]:
    """Return the gates: hosts, policy, the page's cookie, clean addresses, early hints."""
    return [
        hosts.guard(hosts_allowed),
        policy.policy(index),
        marking.marking(),
        cleaning.cleaning(clean),
        early.hints(needs),
    ]
