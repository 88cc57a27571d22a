from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from freshboot.judge.numbers import NotANumber, Number, comparable, parse


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("£23,399,235", "23399235", "GBP"),
        ("1,234", "1234", ""),
        ("(1,234)", "-1234", ""),
        ("(£1,234.50)", "-1234.50", "GBP"),
        ("£(1,234)", "-1234", "GBP"),
        ("-£5", "-5", "GBP"),
        ("£-5", "-5", "GBP"),
        ("\N{MINUS SIGN}5", "-5", ""),
        ("+5%", "5", "%"),
        ("1.2%", "1.2", "%"),
        ("-5 %", "-5", "%"),
        ("€1.234,56", "1234.56", "EUR"),
        ("1.234,56 €", "1234.56", "EUR"),
        ("1,234.56", "1234.56", ""),
        ("1\N{NO-BREAK SPACE}234,50 €", "1234.50", "EUR"),
        ("CHF 1'234.50", "1234.50", "CHF"),
        ("₹12,34,567", "1234567", "INR"),
        ("12,5", "12.5", ""),
        ("0,125", "0.125", ""),
        ("1.234", "1.234", ""),
        ("1234.567", "1234.567", ""),
        ("1.234.567", "1234567", ""),
        ("23.4M", "23400000", ""),
        ("£5m", "5000000", "GBP"),
        ("$1.2B", "1200000000", "USD"),
        ("US$ 3 billion", "3000000000", "USD"),
        ("5k€", "5000", "EUR"),
        ("3bn USD", "3000000000", "USD"),
        ("12 days", "12", "days"),
        ("  7\n", "7", ""),
        ("\uff11\uff12", "12", ""),  # full-width digits
    ],
)
def test_reads_a_number_as_pages_write_it(text: str, value: str, unit: str) -> None:
    assert parse(text) == Number(Decimal(value), unit)


@pytest.mark.parametrize(
    ("text", "unit"), [("5m", "m"), ("5 B", "B"), ("5 t", "t")], ids=["metres", "bytes", "tonnes"]
)
def test_takes_a_letter_for_a_scale_only_where_it_can_be_no_unit(text: str, unit: str) -> None:
    assert parse(text) == Number(Decimal(5), unit)


@pytest.mark.parametrize(
    ("text", "value"), [("1.234", "1234"), ("1,234", "1.234"), ("1.234,5", "1234.5"), ("12.5", "12.5")]
)
def test_reads_the_comma_as_decimal_sign_if_told(text: str, value: str) -> None:
    assert parse(text, comma=True).value == Decimal(value)


@pytest.mark.parametrize(
    "text",
    [
        "", "None", "NaN", "—", "£", "12:30", "5 - 3", "5\N{EN DASH}6", "1.5e6", "--5", "(5", "5)", "(-5)",
        "1,23,4", "1.2.3", "1 2", "1,234,56", "1.", "10²", "½", "٣", "5%x", "£5 €", "Revenue 5", "5 (est.)",
        "x5", "1,234.5,6", "9" * 61,
    ],
)  # fmt: skip
def test_refuses_what_is_not_one_number(text: str) -> None:
    with pytest.raises(NotANumber):
        parse(text)


def test_refuses_a_decimal_point_where_the_comma_is_said_to_be_it() -> None:
    with pytest.raises(NotANumber, match="comma"):
        parse("1,234.56", comma=True)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("£5", "£6", True),
        ("£5", "5", True),
        ("£5", "€5", False),
        ("$5", "5 USD", True),
        ("5%", "5", False),
        ("5%", "6%", True),
        ("5%", "£5", False),
        ("5 days", "5 users", False),
    ],
)
def test_compares_only_what_counts_the_same(one: str, other: str, same: bool) -> None:
    assert comparable(parse(one), parse(other)) is same
    assert comparable(parse(other), parse(one)) is same


@given(st.decimals(-(10**12), 10**12, places=2), st.sampled_from(["£", "€", ""]))
def test_reads_back_every_amount_that_python_writes(value: Decimal, currency: str) -> None:
    assert parse(f"{currency}{value:,.2f}").value == value


@given(st.text(alphabet="0123456789.,' -+()£€%kMbn\u00a0", max_size=25))
def test_reads_or_refuses_whatever_there_is(text: str) -> None:
    try:
        number = parse(text)
    except NotANumber:
        return
    assert number.value.is_finite()
