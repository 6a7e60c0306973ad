"""Windows of a theme and a size, and their tabs, which are taken again when a test is done.

A page of ours that is opened where another one of ours was takes half the time: the process, the
compiled scripts and the fonts are there. So a tab that is given back waits at a page without
scripts of the same program, as empty as a new one: what a page has put by for itself is gone, and
nothing is answered in a server's place. What cannot be taken back needs a window that is nobody
else's (`is_own`): a clock of its own is the clock of all tabs of its window.
"""

from playwright.sync_api import Error

MOST = 4  # tabs that wait: those of programs that are over wait in vain
LONG = 25  # entries of a history; the browser drops the first of more than fifty


class Windows:
    """Windows by theme and size; each is a context of its own, and all its tabs share a cache."""

    def __init__(self, launch):
        self._launch = launch
        self._contexts = {}
        self._waiting = []  # tabs, the longest first

    def __call__(self, theme="light", width=1440, height=900):
        """Return a window."""
        if (theme, width, height) not in self._contexts:
            self._contexts[theme, width, height] = self._launch(theme, width, height)
        return self._contexts[theme, width, height]

    def tab(self, address, theme="light", width=1440, height=900, *, is_own=False):
        """Return an empty tab for pages of a program, to be given back."""
        if is_own:
            page = self._launch(theme, width, height).new_page()
            page.kind = None
            return page
        kind = (address, theme, width, height)
        for page in self._waiting:
            if page.kind == kind:
                self._waiting.remove(page)
                return page
        page = self(theme, width, height).new_page()
        page.kind = kind
        return page

    def give_back(self, page):
        """Keep a tab for others, or close it."""
        if page.is_closed():
            return
        if page.kind is None:
            page.context.close()
            return
        try:
            self._keep(page)
        except Error:  # the program is gone
            page.close()

    def _keep(self, page):
        """Make a tab as empty as a new one, and let it wait."""
        address, theme, width, height = page.kind
        page.unroute_all()
        page.goto(f"{address}/api/v1/healthz")
        if page.evaluate("sessionStorage.clear() ?? history.length") > LONG:
            page.close()
            return
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme=theme)
        self._waiting.append(page)
        if len(self._waiting) > MOST:
            self._waiting.pop(0).close()

    def close(self):
        """Close all."""
        for context in self._contexts.values():
            context.close()
