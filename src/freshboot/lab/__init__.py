"""A small cloud on one machine: a git remote, real Streamlit processes, an edge like Community Cloud's, and
faults.

``Lab`` runs it in this process, ``serve`` until a signal comes, ``LabProcess`` in a process of its own.
"""

from __future__ import annotations

from freshboot.lab.client import LabProcess
from freshboot.lab.errors import LabError, UnknownFault
from freshboot.lab.faults import FAULTS, Fault, parse_fault
from freshboot.lab.lab import Address, Lab, Options, serve

__all__ = [
    "FAULTS",
    "Address",
    "Fault",
    "Lab",
    "LabError",
    "LabProcess",
    "Options",
    "UnknownFault",
    "parse_fault",
    "serve",
]
