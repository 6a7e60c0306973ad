"""The words and the tables say the same things."""

import pytest

from lake.schema import EVENTS, MESSAGES, SESSION_COLUMNS
from models import Event, Message, Session

KEYS = ("session_id", "session_started_at")  # what ties a turn to its session


@pytest.mark.parametrize(
    ("model", "columns"),
    [
        (Session, SESSION_COLUMNS),
        (Message, [name for name in MESSAGES.names if name not in KEYS]),
        (Event, [name for name in EVENTS.names if name not in KEYS]),
    ],
)
def test_a_model_has_the_columns_of_its_table(model, columns):
    assert list(columns) == list(model.model_fields)
