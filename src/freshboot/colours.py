"""The colours of badges by the words that stamps end in: the app shows them, a report says which to expect.

Each is dark enough for white text on it: WCAG AA asks for a contrast of 4.5.
"""

from __future__ import annotations

COLOURS = {
    "red": "#b91c1c",
    "orange": "#c2410c",
    "amber": "#92600a",
    "brown": "#7c4a21",
    "olive": "#5f6b12",
    "green": "#15803d",
    "teal": "#0f766e",
    "blue": "#1d4ed8",
    "navy": "#1e3a8a",
    "indigo": "#4338ca",
    "violet": "#6d28d9",
    "purple": "#7e22ce",
    "magenta": "#a21caf",
    "pink": "#be185d",
    "slate": "#475569",
}
PLAIN = "#4b5563"
"""For what has no stamp, and for a colour of a later freshboot."""
