"""The faults that the lab can be told to have: one file each."""

from __future__ import annotations

from freshboot.lab.errors import UnknownFault
from freshboot.lab.faults.asleep import Asleep
from freshboot.lab.faults.hold_file import HoldFile
from freshboot.lab.faults.hold_module import HoldModule
from freshboot.lab.faults.interface import Fault
from freshboot.lab.faults.lost_webhook import LostWebhook
from freshboot.lab.faults.slow import Slow

FAULTS: tuple[type[Fault], ...] = (HoldFile, HoldModule, LostWebhook, Asleep, Slow)

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
