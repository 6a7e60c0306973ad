"""Programs of peers: each in an environment of its own, on a free port of this machine."""

import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from benchmarks.measure import FOLDER
from benchmarks.peers.sessions import SIZE, Sessions

HERE = Path(__file__).parent
PEERS = FOLDER / "peers"
START_SECONDS, END_SECONDS = 120, 20
# Nobody is told that they run.
SILENT = {"DO_NOT_TRACK": "1", "MLFLOW_DISABLE_TELEMETRY": "true", "NO_PROXY": "127.0.0.1"}


def requirements(name: str) -> Path:
    """Return the file that pins what a peer is installed from."""
    return HERE / f"requirements-{name}.txt"


def version(name: str, package: str) -> str:
    """Return the version that is pinned."""
    for line in requirements(name).read_text(encoding="utf-8").splitlines():
        if line.startswith(f"{package}=="):
            return line.removeprefix(f"{package}==").split()[0]
    raise SystemExit(f"{requirements(name).name} does not pin {package}.")


def installed(name: str) -> Path:
    """Return the folder of a peer's programs; installs what is pinned where it is not there."""
    folder = PEERS / name
    venv, stamp = folder / "venv", folder / "installed.txt"
    pinned = requirements(name).read_text(encoding="utf-8")
    if not stamp.exists() or stamp.read_text(encoding="utf-8") != pinned:
        print(f"Installing {name} ...", flush=True)
        subprocess.run([sys.executable, "-m", "venv", str(venv)], check=True)
        pip = [str(venv / "bin" / "pip"), "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, "-r", str(requirements(name))], check=True)
        stamp.write_text(pinned, encoding="utf-8")
    return venv / "bin"


def folder(name: str) -> Path:
    """Return the folder of what a peer holds."""
    found = PEERS / name / f"{SIZE}"
    found.mkdir(parents=True, exist_ok=True)
    return found


@contextmanager
def loading(into: Path, sessions: Sessions) -> Iterator[bool]:
    """Say whether a folder has to be filled, emptied before; a failure leaves it unfilled."""
    stamp = into / "loaded.txt"
    if stamp.exists() and stamp.read_text(encoding="utf-8") == sessions.name:
        yield False
        return
    shutil.rmtree(into)
    into.mkdir()
    started = time.monotonic()
    yield True
    stamp.write_text(sessions.name, encoding="utf-8")
    print(f"Loaded {into.parent.name} in {time.monotonic() - started:.0f} s.", flush=True)


@contextmanager
def served(
    command: Sequence[str], folder: Path, address: str, variables: Mapping[str, str]
) -> Iterator[None]:  # fmt: skip
    """Run a server until the block ends; `address` answers 200 once it is there."""
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen(
            command, cwd=folder, env={**os.environ, **SILENT, **variables}, stdout=log,
            stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
        try:
            _await(address, process)
            yield
        finally:
            _end(process)


def _await(address: str, process: subprocess.Popen[bytes]) -> None:
    """Wait until a server answers."""
    until = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < until:
        try:
            with urllib.request.urlopen(address, timeout=10):  # noqa: S310  ours
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise SystemExit(f"{process.args!r} did not answer at {address}: see its server.log")


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a server and the workers that it has started."""
    process.terminate()
    try:
        process.wait(END_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)  # its session is of its own
        process.wait()
