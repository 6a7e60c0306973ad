"""What axe finds in a page that keeps somebody out."""

from axe_playwright_python.sync_playwright import Axe

# Of what passes nothing is told: to name each element of it took two thirds of the time.
_OPTIONS = {"resultTypes": ["violations"]}


def serious(page, within=":root", **options):
    """Return the rules that are broken, each with the HTML of where, once the page is settled.

    In the whole page, or in what a selector names in it.
    """
    page.wait_for_load_state("networkidle")
    if page.evaluate("!window.axe"):
        page.evaluate(Axe().axe_script)
    run = "(node, options) => axe.run(node, options)"
    found = page.locator(within).evaluate(run, _OPTIONS | options)["violations"]
    return [
        (each["id"], [node["html"][:200] for node in each["nodes"]])
        for each in found
        if each["impact"] in {"serious", "critical"}
    ]
