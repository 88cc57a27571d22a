"""What ``freshboot board`` has Streamlit run: the board of the repository that is named behind ``--``."""

from __future__ import annotations

import sys

from freshboot.board.app import show

show(sys.argv[1])
