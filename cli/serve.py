"""`python -m cli serve`: sample data where there is none, then the dashboard and the API."""

import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer

import settings as settings_module
from errors import SettingsError
from lake.kinds import Kind, kind_of
from settings import Demo, Settings

ROOT = Path(__file__).parent.parent
LOOPBACK = ("127.0.0.1", "localhost", "::1")


def run(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on.")] = None,
) -> None:
    """Start the dashboard and the API in this process."""
    settings = settings_module.current()
    host, port = host or settings.host, settings.port if port is None else port
    refuse_open_address(settings, host)
    refuse_taken_port(host, port)
    make_demo(settings)
    # Who has forwarded a request is read by api/peers.py, and from listed proxies only; the server
    # would believe every program of this machine.
    os.environ["FORWARDED_ALLOW_IPS"] = ""
    print(f"Parley: http://{host}:{port}", flush=True)
    os.chdir(ROOT)
    os.execv(sys.executable, command(host, port))  # noqa: S606  no shell; ours is replaced


def command(host: str, port: int) -> list[str]:
    """Return the command that serves the ASGI app."""
    return [
        sys.executable, "-m", "streamlit", "run", "app.py",
        "--server.address", host, "--server.port", str(port), "--server.headless", "true",
    ]  # fmt: skip


def make_demo(settings: Settings) -> None:
    """Make sample data where it is to be shown: the first time before, later beside the start.

    In a process of its own, which loads what only it needs; the server notices its commit.
    """
    is_empty = kind_of(settings.data) is Kind.EMPTY
    if settings.demo is Demo.OFF or (settings.demo is Demo.AUTO and not is_empty):
        return
    command = [sys.executable, "-m", "cli", "demo", "--refresh"]
    if kind_of(settings_module.DEMO_FOLDER) is Kind.EMPTY:
        print("No data yet: making sample data, shown until the first import.", flush=True)
        subprocess.run(command, cwd=ROOT, check=True)  # noqa: S603  our own command
    else:
        subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)  # noqa: S603  the same


def refuse_open_address(settings: Settings, host: str) -> None:
    """Raise SettingsError where everybody on the network could read without signing in."""
    if settings.auth == "none" and host not in LOOPBACK:
        raise SettingsError(
            f"Without sign-in Parley listens on loopback only, not on {host}.",
            advice="Set PARLEY_AUTH, or leave the address at 127.0.0.1.",
        )


def refuse_taken_port(host: str, port: int) -> None:
    """Raise SettingsError if something listens there already."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise SettingsError(
                f"Cannot listen on {host}:{port}: {error.strerror}.",
                advice="Stop the program that listens there, or set PORT to another number.",
            ) from error
