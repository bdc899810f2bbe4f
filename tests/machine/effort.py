"""How long hypothesis searches: always the same few examples, or as many as are asked for, at random."""

import os

from hypothesis import HealthCheck, settings

FACTOR = "INCIDENTBOT_MACHINE"
"""Times as many examples as usual, each run others."""


def times(usual: int) -> int:
    """The usual number of runs, or a multiple of it."""
    return usual * max(1, int(os.environ.get(FACTOR, "0")))  # noqa: TID251 - how much is tried, for tests alone


def effort(examples: int) -> settings:
    """The usual examples, or a multiple of them."""
    factor = int(os.environ.get(FACTOR, "0"))  # noqa: TID251 - how much is tried, for tests alone
    return settings(
        max_examples=examples * max(1, factor),
        derandomize=not factor,
        database=None,
        deadline=None,
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
    )
