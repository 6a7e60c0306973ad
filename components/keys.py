"""The keys that work everywhere on a page, and the list of them."""

from components.assets import element

_keys = element("keys")


def show() -> None:
    """Listen for the keys; `?` shows what they do."""
    _keys(key="keys", data={})
