"""Runs apps under Streamlit's AppTest, one after the other, and prints what each shows: a program, no test.

Each argument is a folder, an entrypoint and a page (or none), with a comma between them.
"""

from __future__ import annotations

import json
import os
import sys

from streamlit.testing.v1 import AppTest


def shown(folder: str, entrypoint: str, page: str) -> list[str]:
    """All texts of an app, or why there are none; its modules are forgotten afterwards."""
    before, path = set(sys.modules), list(sys.path)
    os.chdir(folder)
    sys.path.insert(0, os.path.dirname(os.path.join(folder, entrypoint)))
    app = AppTest.from_file(os.path.join(folder, entrypoint), default_timeout=120).run()
    texts = [*_texts(app)]
    if page:
        texts += _texts(app.switch_page(page).run())
    for name in [one for one in set(sys.modules) - before if _is_below(folder, sys.modules[one])]:
        del sys.modules[name]
    sys.path[:] = path
    return texts


def _texts(app: AppTest) -> list[str]:
    raised = [f"raised: {one.value}" for one in app.exception]
    return raised + [one.value for one in app.text] + [f"{one.label}: {one.value}" for one in app.metric]


def _is_below(folder: str, module: object) -> bool:
    places = [getattr(module, "__file__", None) or "", *getattr(module, "__path__", ())]
    return any(str(place).startswith(folder) for place in places)


if __name__ == "__main__":
    print(json.dumps([shown(*one.split(",")) for one in sys.argv[1:]]))
