"""Every error that Parley raises on purpose: a sentence, an advice, an HTTP status.

Those that only the API has, where it refuses a request, hang below in `api/refusals.py`, those of
the journal in `lake/refusals.py`, those of the saved views in `lake/view_refusals.py`.

ParleyError                      500
|-- SettingsError                500  a setting cannot be used
|-- FilterError                  422  a filter has a value that it cannot have
|-- SessionNotFoundError         404  no session has this id
|-- BusyError                    503  more is asked at once than can be answered in time
|-- QuestionTimeoutError         504  a question took longer than it may
|-- NotReadyError                503  the program has not finished starting
|-- KeyRefusedError              422  no key can be like this
|-- KeyNotFoundError             404  no key has this id
|-- StateError                   503  a file of the state folder cannot be used
|-- ExportStoppedError           503  an export was given up before its end
|-- AtOnceError                  503  as many exports or searches run as may
|-- SearchStoppedError           503  a search was given up before its end
|-- LakeError                    500
|   |-- WriterBusyError          409  another process is writing the lake
|   |-- ReadOnlyLakeError        409  the folder is read in place and never changed
|   |-- DamagedPeriodError       409  a period with a damaged file would be rewritten
|   `-- DamagedFileError         500  a file that is needed cannot be trusted
`-- SourceError                  400  a file cannot be imported
    |-- UnknownFormatError       400  no format recognises the file
    `-- UnreadableSourceError    400  the file cannot be opened or read at all
"""

from collections.abc import Sequence


class ParleyError(Exception):
    """What all errors of Parley have: a sentence, an advice, an HTTP status."""

    status = 500
    advice = "Look at the log of the server for the details."
    retry_seconds: int | None = None  # after that the same request may succeed

    def __init__(self, sentence: str, *, advice: str | None = None) -> None:
        """Keep the sentence, and an advice that fits this case better than the usual one."""
        super().__init__(sentence)
        if advice is not None:
            self.advice = advice

    @property
    def sentence(self) -> str:
        """What happened, for a person."""
        return str(self.args[0])


class SettingsError(ParleyError):
    """A setting cannot be used."""

    advice = "Correct the setting; `python -m cli doctor` prints all of them."


class FilterError(ParleyError):
    """A filter has a value that it cannot have."""

    status = 422
    advice = "Correct the parameter, or leave it out."


class SessionNotFoundError(ParleyError):
    """No session has this id."""

    status = 404
    advice = "Check the id, or search for the session in the list."

    def __init__(self, session_id: str) -> None:
        """Remember the id that was asked for."""
        super().__init__(f"There is no session {session_id!r}.")
        self.session_id = session_id


class BusyError(ParleyError):
    """More is asked at once than can be answered in time."""

    status = 503
    advice = "Try again in a moment; less at the same time is answered sooner."
    retry_seconds = 1

    def __init__(self, seconds: int = 1) -> None:
        """Remember after how many seconds there may be a place."""
        super().__init__("Too many questions are waiting for an answer.")
        self.retry_seconds = seconds


class QuestionTimeoutError(ParleyError):
    """A question took longer than it may."""

    status = 504
    advice = "Narrow the filters, or raise PARLEY_QUERY_SECONDS."

    def __init__(self, seconds: float) -> None:
        """Remember the limit."""
        super().__init__(f"The question was stopped after {seconds:g} seconds.")


class QuestionMemoryError(ParleyError):
    """A question needed more memory than it may."""

    status = 503
    advice = "Narrow the filters, try again in a moment, or raise PARLEY_MEMORY_MB."
    retry_seconds = 5

    def __init__(self) -> None:
        """Say so."""
        super().__init__("The question needed more memory than there is for questions.")


class NotReadyError(ParleyError):
    """The program has not finished starting."""

    status = 503
    advice = "Try again in a moment."
    retry_seconds = 1

    def __init__(self) -> None:
        """Say what is missing."""
        super().__init__("The data is still being opened.")


class KeyRefusedError(ParleyError):
    """No key can be like this."""

    status = 422
    advice = "Change what is named, then try again."


class KeyNotFoundError(ParleyError):
    """No key has this id."""

    status = 404
    advice = "`python -m cli key list` shows all keys."

    def __init__(self, key_id: str) -> None:
        """Remember the id that was asked for."""
        super().__init__(f"There is no key {key_id[:40]!r}.")


class StateError(ParleyError):
    """A file of the state folder cannot be used as it is."""

    status = 503
    advice = "Run `python -m cli doctor`; look at the permissions of the state folder."
    retry_seconds = 60


class ExportStoppedError(ParleyError):
    """An export was given up before its end."""

    status = 503
    advice = "Start it again."
    retry_seconds = 1

    def __init__(self) -> None:
        """Say so."""
        super().__init__("The export was stopped.")


class AtOnceError(ParleyError):
    """As many exports or searches run as may."""

    status = 503
    retry_seconds = 5

    def __init__(self, what: str, most: int) -> None:
        """Remember what is meant, as its setting is called, and how many may run."""
        advice = f"Try again in a moment, or raise PARLEY_{what.upper()}."
        super().__init__(f"{most} {what} are running already.", advice=advice)


class SearchStoppedError(ParleyError):
    """A search in conversations was given up before its end."""

    status = 503
    advice = "Start it again, or go on from where it stopped."
    retry_seconds = 1

    def __init__(self) -> None:
        """Say so."""
        super().__init__("The search was stopped.")


class LakeError(ParleyError):
    """The stored data cannot be used as it is."""

    advice = "Run `python -m cli doctor`."


class WriterBusyError(LakeError):
    """Another process is writing the lake."""

    status = 409
    advice = "Wait until it has finished, then try again."


class ReadOnlyLakeError(LakeError):
    """The folder is read in place and never changed."""

    status = 409
    advice = "Set PARLEY_DATA to an empty folder, and import the files into it."

    def __init__(self, folder: str) -> None:
        """Remember the folder."""
        super().__init__(f"{folder} is a folder of plain Parquet files, which Parley only reads.")


class DamagedPeriodError(LakeError):
    """A period with a damaged file would be rewritten, and what the file holds be lost."""

    status = 409
    advice = "Restore the file from a backup, or give it up with `python -m cli doctor --discard`."

    def __init__(self, files: Sequence[str]) -> None:
        """Remember the files."""
        super().__init__(f"The import needs to rewrite damaged files: {', '.join(files)}.")


class DamagedFileError(LakeError):
    """A file that is needed cannot be trusted."""

    advice = "Restore the file from a backup, then restart."


class SourceError(ParleyError):
    """A file cannot be imported."""

    status = 400
    advice = "`python -m cli formats` lists what can be imported."


class UnknownFormatError(SourceError):
    """No format recognises the file."""

    def __init__(self, name: str) -> None:
        """Remember the file."""
        super().__init__(f"No format recognises {name}.")


class UnreadableSourceError(SourceError):
    """The file cannot be opened or read at all."""

    advice = "Check the path and its permissions."


class RecordError(SourceError):
    """One record of a file cannot be imported; the others can."""
