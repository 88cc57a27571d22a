"""The repository's own deployed app, the board: stamped, published and confirmed by its own workflow."""

from __future__ import annotations

import freshboot

freshboot.boot()

from pathlib import Path

from freshboot.board.app import show

DEPLOYMENT_VERSION = "0.1.0"

show(Path(__file__).parent)
freshboot.badge()
