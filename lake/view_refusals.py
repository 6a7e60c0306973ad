"""What the saved views refuse, beside the errors that all of Parley knows.

ParleyError
|-- ViewsError                   500  the file of the saved views cannot be used
`-- ViewRefusedError             422  a view cannot be saved so
"""

from errors import ParleyError


class ViewsError(ParleyError):
    """The file of the saved views cannot be used."""

    advice = "Check the state folder (PARLEY_STATE); links go on working without saved views."


class ViewRefusedError(ParleyError):
    """A view cannot be saved so."""

    status = 422
    advice = "Take another name, or delete a view that is no longer needed."
