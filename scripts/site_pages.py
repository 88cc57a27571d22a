"""For mkdocs: every page of ``docs/findings`` stands in the menu, under the page that lists them."""

import os

SECTION = "Findings"


def on_config(config):
    """Put the findings' pages into the menu, by their names."""
    folder = os.path.join(config["docs_dir"], "findings")
    names = sorted(os.listdir(folder)) if os.path.isdir(folder) else []
    pages = [{name[:-3]: "findings/" + name} for name in names if name.endswith(".md")]
    if pages:
        config["nav"].append({SECTION: pages})
    return config
