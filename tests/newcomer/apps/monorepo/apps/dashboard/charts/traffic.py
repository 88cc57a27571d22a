def traffic() -> list[int]:
    return [3, 5, 8, 13, 21]
