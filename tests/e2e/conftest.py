"""One installation and one browser for the tests of a worker."""

import shutil
import signal
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, expect, sync_playwright

from tests.browser import chromium_path
from tests.e2e.trial import Trial
from tests.folders import open_folder

PATIENCE = 30_000
"""Milliseconds that a page may take on a machine with much else to do."""


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A real browser."""
    path = chromium_path()
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        # Chromium's own box needs rights that root in a container does not have.
        started = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture(scope="session")
def trial(browser: Browser) -> Iterator[Trial]:
    """A running installation with the demonstration town; no browser, no installation."""
    folder = open_folder("duban-e2e-")
    started = Trial(folder)
    try:
        yield started
    finally:
        started.process.send_signal(signal.SIGINT)
        started.process.wait(60)
        shutil.rmtree(folder)


@pytest.fixture
def visitor(browser: Browser, trial: Trial) -> Iterator[Callable[..., BrowserContext]]:
    """Open fresh browser profiles; each ends with the test."""
    opened: list[BrowserContext] = []

    def open_profile(**options: object) -> BrowserContext:
        context = browser.new_context(base_url=trial.address, locale="zh-CN", **options)  # type: ignore[arg-type]  # Playwright's own keywords
        context.set_default_timeout(PATIENCE)
        opened.append(context)
        return context

    yield open_profile
    for context in opened:
        context.close()
