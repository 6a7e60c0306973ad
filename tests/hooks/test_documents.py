"""What the documents say of webhooks is so: their receivers work, and their figures are ours."""

import json
import re
import shutil
import subprocess
from datetime import UTC, datetime, timedelta

import pytest

from hooks import schedule, sending, signing
from hooks.schedule import WAITS
from lake import subscriptions
from lake.hook_types import CUT_LENGTH, MOST_BYTES, HookType
from settings import ROOT, Settings

DOCS = (ROOT / "docs" / "webhooks.md").read_text(encoding="utf-8")
(PYTHON,) = re.findall(r"^```python\n(.*?)^```", DOCS, re.MULTILINE | re.DOTALL)
(NODE,) = re.findall(r"^```js\n(.*?)^```", DOCS, re.MULTILINE | re.DOTALL)
SECRET = "whsec_" + "A" * 43 + "="
OTHER = "whsec_" + "B" * 43 + "="
BODY = json.dumps({"type": "session.failed", "data": {"name": "ÄΩ語"}}, ensure_ascii=False)
TOLD = json.loads(BODY)


def request(body=BODY, secrets=(SECRET,), age=0, **changed):
    """Return headers and body as they are sent."""
    now = datetime.now(UTC) - timedelta(seconds=age)
    headers = signing.headers("msg_1", body, list(secrets), now)
    return headers | {name.replace("_", "-"): value for name, value in changed.items()}, body


CASES = {  # made when they are needed: they age
    "as it was sent": (request, True),
    "two secrets": (lambda: request(secrets=(OTHER, SECRET)), True),
    "280 s old": (lambda: request(age=280), True),  # and some seconds for a busy machine
    "301 s old": (lambda: request(age=301), False),
    "330 s ahead": (lambda: request(age=-330), False),
    "another secret": (lambda: request(secrets=(OTHER,)), False),
    "another body": (lambda: (request()[0], BODY + " "), False),
    "another id": (lambda: request(webhook_id="msg_2"), False),
    "another time": (lambda: request(webhook_timestamp="1"), False),
    "no time": (lambda: request(webhook_timestamp="soon"), False),
    "another version": (lambda: request(webhook_signature="v2,AAAA"), False),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_the_receiver_in_python_takes_what_is_ours_alone(case):
    made, is_ours = CASES[case]
    headers, body = made()
    names = {}
    exec(compile(PYTHON, "docs", "exec"), names)  # noqa: S102  it is ours
    seen = set()

    assert names["verified"](SECRET, headers, body.encode(), seen) == (TOLD if is_ours else None)
    if is_ours:
        assert names["verified"](SECRET, headers, body.encode(), seen) == {}


@pytest.mark.parametrize("signature", ["garbage", "v1,ÄÖ", "v1,", "v1,AAA"])
def test_the_receiver_in_python_is_not_thrown_by_what_is_no_signature(signature):
    headers, body = request(webhook_signature=signature)
    names = {}
    exec(compile(PYTHON, "docs", "exec"), names)  # noqa: S102  it is ours

    assert names["verified"](SECRET, headers, body.encode(), set()) is None
    assert names["verified"](SECRET, request()[0], b"\xff", set()) is None


def test_the_receiver_in_node_takes_what_is_ours_alone(tmp_path):
    node = shutil.which("node")
    if node is None:
        assert "createHmac" in NODE
        return
    script = f"{NODE}\nfor (const [headers, body] of JSON.parse(process.argv[2]))"
    script += f" console.log(JSON.stringify(verified({json.dumps(SECRET)}, headers, body)));"
    (tmp_path / "receiver.mjs").write_text(script, encoding="utf-8")
    given = json.dumps([made() for made, _ in CASES.values()])
    done = subprocess.run(
        [node, tmp_path / "receiver.mjs", given], capture_output=True, text=True, check=True
    )
    answers = [json.loads(line) for line in done.stdout.splitlines()]

    assert answers == [TOLD if is_ours else None for _, is_ours in CASES.values()]


def test_both_are_ten_lines():
    for code in (PYTHON, NODE):
        lines = [line for line in code.splitlines() if line.strip()]
        assert len(lines) <= 11


def test_types_figures_and_settings_are_told():
    for kind in HookType:
        assert f"`{kind}`" in DOCS
    waits = re.search(r"at once, then after ([^:]*?), each wait", " ".join(DOCS.split()))[1]
    units = {"s": 1, "min": 60, "h": 3600}
    told = [int(n) * units[unit] for n, unit in re.findall(r"(\d+) (s|min|h)\b", waits)]
    assert told == [wait.total_seconds() for wait in WAITS]
    assert f"after {sending.SECONDS:g} seconds" in DOCS
    assert f"at most {MOST_BYTES // 1000} kB" in DOCS
    assert f"cut to {CUT_LENGTH}" in " ".join(DOCS.split())
    assert f"at most {subscriptions.MOST} webhooks" in DOCS
    assert schedule.FAILING == timedelta(days=5)
    assert f"first {sending.MOST_ANSWER // 1024} kB" in DOCS
    settings = [name for name in Settings.model_fields if name.startswith("webhook")]
    for name in [*settings, "public_url"]:
        assert f"`PARLEY_{name.upper()}`" in DOCS
    assert f"| {Settings.model_fields['webhook_days'].default} |" in DOCS
