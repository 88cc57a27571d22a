"""The ways in which a stamp reaches the remote, by the names that the configuration gives them."""

from __future__ import annotations

SAME_BRANCH = "same-branch"
"""A commit on top of the branch, pushed by git."""

DEPLOY_BRANCH = "deploy-branch"
"""A commit on a branch of its own; the branch that people push to is left alone."""

API = "api"
"""A commit on top of the branch, made and signed by GitHub."""

PULL_REQUEST = "pull-request"
"""A pull request, which a person or a rule merges."""
