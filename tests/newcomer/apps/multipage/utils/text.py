def money(amount: float) -> str:
    return f"£{amount:,.0f}"
