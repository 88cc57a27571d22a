"""What a repository holds as a host sees it: its apps, their pages, and the dependency file that wins.

Pure: paths and a reader in, values out; over a work tree or over a commit's blobs alike.
"""

from __future__ import annotations

from freshboot.survey.apps import App, Survey, survey

__all__ = ["App", "Survey", "survey"]
