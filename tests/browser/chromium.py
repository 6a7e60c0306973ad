"""Find Chromium for the browser tests, or install it; run as a script by `make test`.

In this order: PARLEY_CHROMIUM, chromium or chrome on PATH, Debian's package (as root), the
download of Playwright. If none helps, one sentence says what to do. Tests take Debian's headless
shell where it is there: the same engine without windows of its own, which takes a fifth less of the
cores' time. Figures and pictures are those of the whole browser.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
LIGHT = "chromium-headless-shell"
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


def find_light() -> str | None:
    """Return the path of the browser that tests take, or None."""
    return find() if os.environ.get("PARLEY_CHROMIUM") else shutil.which(LIGHT) or find()


def _of_playwright() -> str | None:
    """Return the path of Playwright's own download, if it is there."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def _is_root_of_debian() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get") is not None


def is_missing() -> bool:
    """Return whether there is something to install: a browser, or the light one where it can be."""
    if os.environ.get("PARLEY_CHROMIUM"):
        return find() is None
    return find() is None or (_is_root_of_debian() and shutil.which(LIGHT) is None)


def install() -> None:
    """Try Debian's packages as root, then Playwright's download; failures are seen by `find`."""
    if _is_root_of_debian():
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        # Each by itself: not every Debian has both.
        for words in (["update"], ["install", "-y", "chromium"], ["install", "-y", LIGHT]):
            subprocess.run(["apt-get", "-qq", *words], check=False, env=quiet)  # noqa: S607
    if find() is None:
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)


def main() -> int:
    """Make sure that there is a browser; returns 1 and says what to do if there is none."""
    if is_missing():
        print("Installing Chromium for the browser tests ...")
        install()
    if find() is None:
        print("No Chromium: install it, or set PARLEY_CHROMIUM to the path of a Chromium browser.")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
