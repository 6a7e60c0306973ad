"""What alerts refuse, beside the errors that all of Parley knows.

ParleyError
|-- AlertRefusedError            422  no alert can be like this
|   `-- TooManyAlertsError       409  there are as many alerts as there may be
`-- AlertNotFoundError           404  no alert has this id
"""

from errors import ParleyError


class AlertRefusedError(ParleyError):
    """No alert can be like this."""

    status = 422
    advice = "Change what is named, then try again; docs/alerts.md tells the rules."


class TooManyAlertsError(AlertRefusedError):
    """There are as many alerts as there may be."""

    status = 409
    advice = "Remove one that is not needed any more."


class AlertNotFoundError(ParleyError):
    """No alert has this id, or none that may be seen."""

    status = 404
    advice = "`python -m cli alert list` shows all alerts."

    def __init__(self) -> None:
        """Say so."""
        super().__init__("There is no such alert.")
