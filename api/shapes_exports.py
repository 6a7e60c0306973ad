"""The shapes of answers about exports; told are those of the last time, and of now."""

from pydantic import AwareDatetime, Field

from api.shapes import Meta, Shape
from lake.exported import ExportState


class ExportFilters(Shape):
    """Which sessions an export was asked for."""

    words: list[str] = Field(description="One sentence for each filter.")
    query: str = Field(description="As the parameters of an address, with the zone.")
    url: str = Field(description="The page that shows the same sessions.")


class Receipt(Shape):
    """What a file holds."""

    export_id: str
    file: str = Field(description="Its name; in a ZIP the name that it has there.")
    format: str
    sessions: int
    bytes: int
    sha256: str = Field(
        description="Of the whole file, in hex; in a ZIP of the file as it is there."
    )
    columns: list[str]
    filters: ExportFilters
    as_of: AwareDatetime = Field(description="The moment that the file is about.")
    snapshot: str = Field(description="The state of the data that was read.")
    who: str
    started_at: AwareDatetime
    ended_at: AwareDatetime


class ReceiptAnswer(Shape):
    """The receipt of an export that has ended wholly."""

    data: Receipt


class ExportLinks(Shape):
    """Where to go on; null where there is nothing."""

    receipt: str | None
    rest: str | None = Field(description="Lacks only the number of bytes that have come.")


class ExportRow(Shape):
    """An export, running or over."""

    export_id: str
    state: ExportState
    reason: str | None = Field(description="Why it broke off.")
    file: str
    format: str
    is_zip: bool
    filters: ExportFilters
    total: int = Field(description="Sessions, counted before.")
    sessions: int = Field(description="Sessions that have been written.")
    bytes: int
    who: str
    started_at: AwareDatetime
    ended_at: AwareDatetime | None
    expires_at: AwareDatetime = Field(description="Until when the rest can be had.")
    cursor: str | None = Field(description="By which the rest is asked for; null if it cannot be.")
    links: ExportLinks


class ExportAnswer(Shape):
    """One export."""

    data: ExportRow


class ExportList(Shape):
    """A page of the exports, newest first."""

    data: list[ExportRow]
    meta: Meta


class ExportSize(Shape):
    """How large a file will be, as far as its first sessions tell."""

    sessions: int
    bytes: int
    is_exact: bool = Field(description="False where the bytes are told from the newest sessions.")


class SizeMeta(Shape):
    """What the size is about."""

    as_of: AwareDatetime


class SizeAnswer(Shape):
    """The size of a file beforehand."""

    data: ExportSize
    meta: SizeMeta
