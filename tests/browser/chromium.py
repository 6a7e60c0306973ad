"""Find Chromium for the browser tests, or install it; run as a script by `make test`.

In this order: PARLEY_CHROMIUM, chromium or chrome on PATH, Debian's package (as root), the
download of Playwright. If none helps, one sentence says what to do.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def find() -> str | None:
    """Return the path of a browser that is there, or None."""
    named = os.environ.get("PARLEY_CHROMIUM")
    if named:
        return named if Path(named).exists() else None
    found = (shutil.which(name) for name in NAMES)
    return next((path for path in found if path), None) or _of_playwright()


def _of_playwright() -> str | None:
    """Return the path of Playwright's own download, if it is there."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def install() -> None:
    """Try Debian's package as root, then Playwright's download; failures are seen by `find`."""
    if hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get"):
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for words in (["update"], ["install", "-y", "chromium"]):
            subprocess.run(["apt-get", "-qq", *words], check=False, env=quiet)  # noqa: S607
    if find() is None:
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)


def main() -> int:
    """Make sure that there is a browser; returns 1 and says what to do if there is none."""
    if find() is None:
        print("Installing Chromium for the browser tests ...")
        install()
    if find() is None:
        print("No Chromium: install it, or set PARLEY_CHROMIUM to the path of a Chromium browser.")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
