"""How people name an incident, read back: INC-7. Pure; knows no incident."""

import re

_NAME = re.compile(r"(?:inc-?)?([0-9]+)", re.IGNORECASE)

DIGITS = 9
BEYOND = 10**DIGITS
"""Stands for every number with more digits than an incident will ever have: nothing is found under it."""


def number_of(text: str) -> int | None:
    """The number in `INC-7`, `inc7` or `7`; None for any other text."""
    found = _NAME.fullmatch(text.strip())
    if found is None:
        return None
    digits = found[1].lstrip("0")
    return int(digits or "0") if len(digits) <= DIGITS else BEYOND
