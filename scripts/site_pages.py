"""For mkdocs: every page of ``docs/findings`` stands in the menu, under the page that lists them."""

import os

LISTED_BY = "doctor.md"
HEADING = "Findings"


def on_config(config):
    """Put the findings' pages into the menu, by their names."""
    folder = os.path.join(config["docs_dir"], "findings")
    names = sorted(os.listdir(folder)) if os.path.isdir(folder) else []
    pages = [{name[: -len(".md")]: "findings/" + name} for name in names if name.endswith(".md")]
    for section in config["nav"]:
        for entries in section.values():
            if isinstance(entries, list):
                _insert(entries, pages)
    return config


def _insert(entries, pages):
    places = [index for index, entry in enumerate(entries) if LISTED_BY in entry.values()]
    if places and pages:
        entries.insert(places[0] + 1, {HEADING: pages})
