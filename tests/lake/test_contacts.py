"""What live sessions change of contacts: themselves, and what is told of an earlier session."""

from datetime import timedelta

import pytest

from lake import cold, contacts, index
from lake.hot import Hot
from lake.writer import Writer
from tests.queries import going, world

DAY = timedelta(days=1)
END = world.TICK - 20 * DAY
COUNTED = ", ".join(contacts.COUNTED)


def session(name, user, start, end, **others):
    """Return a session of an agent of its name, completed if it has an end."""
    told = {"session_id": name, "agent_id": name, "user_id": user, "started_at": start}
    told |= {"ended_at": end, "status": "completed" if end else "active", "events": []}
    return {**world.rows()[0], **told, **others}


EARLIER = session("earlier", "u", END - DAY, END)
NEXT = session("next", "u", END + timedelta(hours=2), None)
ENDED = {**NEXT, "ended_at": END + timedelta(hours=3), "status": "completed"}
MOVED = {**ENDED, "started_at": END + 3 * DAY, "ended_at": END + 4 * DAY}
STEPS = (
    (NEXT, {"earlier": (0, 1, 1)}),
    (ENDED, {"earlier": (0, 1, 1), "next": (1, 0, 0)}),
    (MOVED, {"earlier": (0, 0, 1), "next": (1, 0, 0)}),
    ({**ENDED, "user_id": None}, {}),
    ({**ENDED, "user_id": "other"}, {"next": (1, 0, 0)}),
    (session("far", "u", END + timedelta(days=7, hours=1), None), {"next": (1, 0, 0)}),
    (ENDED, {"earlier": (0, 1, 1), "next": (1, 0, 1)}),
    # The index told of a contact that is none any more, nor comes back to another.
    ({**EARLIER, "status": "canceled"}, {"earlier": (-1, 0, 0), "next": (1, 0, 1)}),
    ({**ENDED, "status": "failed", "ended_at": None}, {"earlier": (-1, 0, 0)}),
)


@pytest.fixture
def instance(own_settings):
    own = own_settings.model_copy(update={"cube_sessions": 1})
    with Writer(own) as writer:
        bystander = session("bystander", "v", END - DAY, END)
        writer.add(world.batch([{**row, "events": []} for row in (EARLIER, bystander)]))
        writer.commit()
    state = cold.read(own.data.resolve())
    index.build(own, state, lambda _: None)
    opened = index.open_built(own, state)
    yield opened, state
    opened.retire()


def test_a_publication_tells_what_it_changes_and_goes_on_telling_it(instance):
    opened, state = instance
    hot = Hot(opened, state, is_index=True)
    for number, (changed, _) in enumerate(STEPS, 1):
        hot.publish([going.held(changed)], number, f"cold.j{number}")

    with opened.cursor() as cursor:
        for number, (_, expected) in enumerate(STEPS, 1):
            rows = cursor.execute(
                f"select agent_id, {COUNTED} from live.p{number}.signed_contacts"
            ).fetchall()
            assert sorted((name, *told) for name, told in expected.items()) == sorted(rows), number


def test_nothing_live_changes_nothing(instance):
    opened, _ = instance
    with opened.cursor() as cursor:
        assert cursor.execute("select count(*) from signed_contacts").fetchall() == [(0,)]
        assert cursor.execute(f"select {COUNTED} from contact_days order by all").fetchall() == [
            (1, 0, 0), (1, 0, 0)
        ]  # fmt: skip
