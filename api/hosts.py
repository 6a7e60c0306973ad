"""Only requests for this server's own names are answered, so that no other site can pose as it.

Streamlit checks its list for the browser's live connection only; pages and the API need the same.
"""

from collections.abc import Sequence

from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware


def guard(allowed: Sequence[str]) -> Middleware:
    """Return the check of the Host header; an empty list allows every name, as in Streamlit."""
    names = [f"[{name}]" if ":" in name else name for name in allowed]
    return Middleware(TrustedHostMiddleware, allowed_hosts=names or ["*"], www_redirect=False)
