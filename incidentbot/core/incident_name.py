"""How people name an incident, read back: INC-7. Pure; knows no incident."""

import re

_NAME = re.compile(r"(?:inc-?)?([0-9]{1,9})", re.IGNORECASE)


def number_of(text: str) -> int | None:
    """The number in `INC-7`, `inc7` or `7`; None for any other text."""
    found = _NAME.fullmatch(text.strip())
    return int(found[1]) if found else None
