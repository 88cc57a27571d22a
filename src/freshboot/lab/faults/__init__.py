"""The faults that the lab can be told to have: one file each."""

from __future__ import annotations

from freshboot.lab.errors import UnknownFault
from freshboot.lab.faults.asleep import Asleep
from freshboot.lab.faults.build_error import BuildError
from freshboot.lab.faults.bytecode import Bytecode
from freshboot.lab.faults.crash_loop import CrashLoop
from freshboot.lab.faults.edge_cache import EdgeCache
from freshboot.lab.faults.flap import Flap
from freshboot.lab.faults.ghost import Ghost
from freshboot.lab.faults.hold_file import HoldFile
from freshboot.lab.faults.hold_module import HoldModule
from freshboot.lab.faults.interface import Fault
from freshboot.lab.faults.lost_webhook import LostWebhook
from freshboot.lab.faults.network import Network
from freshboot.lab.faults.no_rebuild import NoRebuild
from freshboot.lab.faults.old_replica import OldReplica
from freshboot.lab.faults.platform_outage import PlatformOutage
from freshboot.lab.faults.private import Private
from freshboot.lab.faults.results import Results
from freshboot.lab.faults.slow import Slow
from freshboot.lab.faults.unwatched import Unwatched
from freshboot.lab.faults.wrong_branch import WrongBranch
from freshboot.lab.faults.wrong_entrypoint import WrongEntrypoint

FAULTS: tuple[type[Fault], ...] = (
    HoldFile,
    HoldModule,
    Unwatched,
    Bytecode,
    NoRebuild,
    Results,
    EdgeCache,
    LostWebhook,
    WrongBranch,
    WrongEntrypoint,
    BuildError,
    Asleep,
    Slow,
    CrashLoop,
    Flap,
    OldReplica,
    Ghost,
    Private,
    Network,
    PlatformOutage,
)

__all__ = ["FAULTS", "Fault", "parse_fault"]


def parse_fault(text: str) -> Fault:
    """The fault that ``NAME`` or ``NAME:ARGUMENT`` stands for; raises ``UnknownFault``."""
    name, colon, argument = text.partition(":")
    for fault in FAULTS:
        if fault.name == name:
            if colon and ":" not in fault.usage:
                raise fault.misused("takes no argument")
            return fault(argument if colon else None)
    known = ", ".join(fault.usage for fault in FAULTS)
    raise UnknownFault(f"there is no fault {name!r}", f"known are {known}")
