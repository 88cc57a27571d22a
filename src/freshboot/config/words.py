"""The words that configuration, command line and rollout share: layers, ways, remedies."""

from __future__ import annotations

CONFIG_FILE = ".github/freshboot.yml"
STAMP = "stamp"
LAYERS = ("disk", "bytecode", "memory", "packages", "results")
"""What must be proven where nothing else is asked for."""
NAMES_OF_LAYERS = (*LAYERS, "edge")
WAYS = ("auto", "session", "route", "browser")
SAME_BRANCH, DEPLOY_BRANCH, PULL_REQUEST = "same-branch", "deploy-branch", "pull-request"
WAYS_TO_PUBLISH = (SAME_BRANCH, DEPLOY_BRANCH, "api", PULL_REQUEST)
AUTO = "auto"
MOVE = "move"
"""The one remedy that is applied by name alone and changes nothing that is live."""
RENAME = "rename"
"""The one that is applied to a file, by name alone."""
REMEDIES = ("witness", "heal", "wake", "nudge", "rebuild", "branch", "hand-over")
"""Smallest first."""
BY_NAME = frozenset({"branch"})
"""Those that only a person's word applies, never `auto`."""
ON_GITHUB = ("issue", "status", "deployment")
HOSTS = (
    *("community-cloud", "plain", "huggingface", "render", "cloud-run"),
    *("heroku", "beanstalk", "azure", "railway", "fly"),
)
TOKENS = (
    *("HF_TOKEN", "RENDER_API_KEY", "GOOGLE_APPLICATION_CREDENTIALS"),
    *("HEROKU_API_KEY", "RAILWAY_API_TOKEN"),
)
"""The variables that hold what a host is asked with."""
