"""What webhooks refuse, beside the errors that all of Parley knows.

ParleyError
|-- HookRefusedError             422  no subscription can be like this
|   |-- AddressRefusedError      422  nothing may be sent to this address
|   `-- TooManyHooksError        409  there are as many subscriptions as there may be
`-- HookNotFoundError            404  no subscription has this id, or it has no such message
"""

from errors import ParleyError


class HookRefusedError(ParleyError):
    """No subscription to webhooks can be like this."""

    status = 422
    advice = "Change what is named, then try again."


class AddressRefusedError(HookRefusedError):
    """Nothing may be sent to this address."""

    advice = "Take an https address of the public Internet; docs/webhooks.md tells the rules."


class TooManyHooksError(HookRefusedError):
    """There are as many subscriptions as there may be."""

    status = 409
    advice = "Remove one that is not needed any more."


class HookNotFoundError(ParleyError):
    """No subscription has this id, or none that may be seen; or it has no such message."""

    status = 404
    advice = "`python -m cli webhook list` shows all subscriptions."

    def __init__(self) -> None:
        """Say so."""
        super().__init__("There is no such webhook.")
