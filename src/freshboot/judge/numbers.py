"""Numbers as pages write them: £23,399,235, (1,234), 1.2%, €1.234,56, 23.4M.

A text is a number only if all of it is one: a sign or parentheses, a currency before or after, digits, a
scale, a unit. Which of point and comma is the decimal sign follows from the text where it can (both stand
there, one stands twice, or not before exactly three digits); ``1,234`` and ``1.234`` can be read both ways
and are read as English writes them, unless the decimal sign is said to be the comma.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal

LONGEST = 60
"""Characters; no page writes a number so long, and digits without end cost time."""

_CURRENCIES = {"$": "USD", "US$": "USD", "£": "GBP", "€": "EUR", "¥": "JPY", "₹": "INR", "R$": "BRL"}
_PER_CENT = "%"
_SCALES = {
    **dict.fromkeys(("k", "K"), 3),
    **dict.fromkeys(("M", "mn", "mln", "mio", "Mio", "million"), 6),
    **dict.fromkeys(("B", "bn", "Bn", "BN", "billion"), 9),
    **dict.fromkeys(("T", "tn", "trillion"), 12),
}
# Without a currency before them these are metres, minutes, bytes or tonnes as well.
_SCALES_OF_MONEY = {"m": 6, "b": 9, "t": 12}
_STUCK_ONLY = ("k", "K", "B", "T")

_NUMBER = re.compile(
    r"(?P<sign>[-+(]*) ?(?P<before>[^\d\s().,+-]{0,4}) ?(?P<inner>[-+(]*) ?"
    r"(?P<digits>\d[\d.,' ]*)(?P<words>[^\d()]*)(?P<after>\)*)"
)
_MINUS = str.maketrans({"\N{MINUS SIGN}": "-", "\N{RIGHT SINGLE QUOTATION MARK}": "'"})
_SIGNS = {"": 1, "+": 1, "-": -1, "(": -1}


class NotANumber(ValueError):
    """A text is no number, or not one that can be read in one way only. The message says why."""


@dataclass(frozen=True)
class Number:
    """A number and what it counts: ``%``, a currency's code (``GBP``), another word, or nothing."""

    value: Decimal
    unit: str = ""

    @property
    def is_share(self) -> bool:
        """Whether it is a percentage; 5 and 5% are never the same."""
        return self.unit == _PER_CENT


def parse(text: str, comma: bool = False) -> Number:
    """Read a text that is one number and nothing else; ``comma``: the comma is the decimal sign.

    :raises NotANumber: it is none.
    """
    if len(text) > LONGEST:
        raise NotANumber("too long for a number")
    plain = " ".join(unicodedata.normalize("NFKC", text).translate(_MINUS).split())
    found = _NUMBER.fullmatch(plain)
    if found is None or any(unicodedata.category(one) in ("No", "Nl") for one in text):  # 10² is not 102
        raise NotANumber("not a number")
    sign = _sign(found["sign"] + found["inner"], found["after"])
    digits = found["digits"]
    power, unit = _measure(found["before"], found["words"].strip(), stuck=not digits.endswith(" "))
    value = Decimal(_plain(digits.strip(), comma)).scaleb(power)
    return Number(value if sign > 0 else -value, unit)


def comparable(one: Number, other: Number) -> bool:
    """Whether two numbers count the same, as far as they say what they count."""
    if one.is_share or other.is_share:
        return one.unit == other.unit
    return not (one.unit and other.unit) or one.unit == other.unit


def _sign(opening: str, closing: str) -> int:
    if opening not in _SIGNS or opening.count("(") != len(closing):
        raise NotANumber("its signs do not make a number")
    return _SIGNS[opening]


def _measure(before: str, words: str, stuck: bool) -> tuple[int, str]:
    """The power of ten and the unit, from what stands before and after the digits."""
    money = _currency(before)
    if before and not money:
        raise NotANumber(f"{before!r} before it is no currency")
    power, rest = _scale(words, stuck, bool(money))
    unit = rest if rest == _PER_CENT or not rest else _currency(rest) or rest
    if money and unit and unit != money:
        raise NotANumber(f"{money} and {unit} at once")
    if unit not in (_PER_CENT, "‰") and any(not (one.isalpha() or one in " °/") for one in unit):
        raise NotANumber(f"{words!r} after it is no unit")
    return power, money or unit


def _scale(words: str, stuck: bool, money: bool) -> tuple[int, str]:
    first, _, rest = words.partition(" ")
    if first in _SCALES and (stuck or money or first not in _STUCK_ONLY):
        return _SCALES[first], rest
    if money and first in _SCALES_OF_MONEY:
        return _SCALES_OF_MONEY[first], rest
    return _scale_before_currency(words)


def _scale_before_currency(words: str) -> tuple[int, str]:
    """``5k€``: the scale and the currency stuck together."""
    scale, symbol = words[:-1], words[-1:]
    if scale in _SCALES and (_currency(symbol) or symbol == _PER_CENT):
        return _SCALES[scale], symbol
    return 0, words


def _currency(word: str) -> str:
    """The code of a currency's symbol or code; empty if it is none."""
    if word in _CURRENCIES:
        return _CURRENCIES[word]
    is_symbol = len(word) == 1 and unicodedata.category(word) == "Sc"
    is_code = len(word) == 3 and word.isascii() and word.isalpha() and word.isupper()
    return word if is_symbol or is_code else ""


def _plain(digits: str, comma: bool) -> str:
    """Digits with a point for the decimal sign and nothing between thousands."""
    decimal = _decimal_sign(digits, comma)
    whole, _, fraction = digits.partition(decimal) if decimal else (digits, "", "")
    separators = {one for one in whole if not one.isdigit()}
    if len(separators) > 1 or (decimal and not (fraction.isascii() and fraction.isdigit())):
        raise NotANumber("its points and commas do not make a number")
    for separator in separators:
        whole = _joined(whole.split(separator), separator)
    if not whole.isascii():
        raise NotANumber("not a number")
    return f"{whole}.{fraction}" if decimal else whole


def _decimal_sign(digits: str, comma: bool) -> str:
    """The decimal sign of these digits; empty if there is none."""
    last = max(".,", key=digits.rfind)
    if last not in digits:
        return ""
    if "." in digits and "," in digits:
        if comma and last != ",":
            raise NotANumber("the comma is said to be its decimal sign, and is not")
        return last
    if digits.count(last) > 1:
        return ""
    whole, _, fraction = digits.partition(last)
    groups = len(fraction) == 3 and 1 <= len(whole) <= 3 and whole[0] != "0"
    return last if not groups or (last == ",") == comma else ""


def _joined(groups: list[str], separator: str) -> str:
    """Thousands put together: three digits to a group, or two before the last as in India."""
    first, *middle, last = groups
    indian = separator == "," and len(first) <= 2 and all(len(one) == 2 for one in middle)
    if not (1 <= len(first) <= 3 and len(last) == 3 and (indian or all(len(one) == 3 for one in middle))):
        raise NotANumber("its thousands do not make a number")
    return "".join(groups)
