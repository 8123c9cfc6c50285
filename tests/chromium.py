"""A headless Chromium; the one that `make` installed.

It is the shell without windows, which opens a page at half the cost of the whole browser: the engine is the same.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, sync_playwright

SHELL = "chromium-headless-shell"
# Chromium as root, and silent towards the network.
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


@contextmanager
def chromium() -> Iterator[Browser]:
    """One browser, closed at the end."""
    with sync_playwright() as playwright, pytest.MonkeyPatch.context() as environment:
        # Playwright keeps an event loop running in this thread until it is closed. Django takes that for asynchronous
        # code and refuses the store to every test that follows on the same worker, although nothing in Clew awaits.
        environment.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        opened = playwright.chromium.launch(executable_path=shutil.which(SHELL) or SHELL, args=ARGUMENTS)
        try:
            yield opened
        finally:
            opened.close()
