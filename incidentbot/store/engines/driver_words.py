"""What a driver says, fit for a log: why, without hosts, users and addresses. Judges nothing."""

import re

NAMES = re.compile(
    r"""
    "[^"]*" | '[^']*'                                             # what the driver quotes: hosts, users, databases
    | \b(?:hostaddr|host|port|user|dbname|database|password)=\S+  # a connection's own words
    | \b\d{1,3}(?:\.\d{1,3}){3}\b                                 # an address of four numbers
    | \b[0-9a-fA-F]{0,4}(?::[0-9a-fA-F]{0,4}){2,}\b               # and one of colons
    | \bport\ \d+
""",
    re.VERBOSE,
)


def without_addresses(said: str) -> str:
    """The first line, with "…" for whatever may name the database's host, its users or a value of a row."""
    return NAMES.sub("…", said.partition("\n")[0])
