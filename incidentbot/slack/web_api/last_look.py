"""The last look before a call leaves for Slack: a process that slept past the end of its lease does not make it.

A call is broken off when its lease ends, but only where it waits. One that was stopped while it was being made is met
here, with the connection in its hand and nothing sent. What Slack takes carries no token that others could outdate.
"""

from types import SimpleNamespace

import aiohttp

from incidentbot.flows.patience import is_surely_ours


class LeaseOver(aiohttp.ClientConnectionError):
    """Somebody else may be telling this by now."""


def last_look() -> aiohttp.TraceConfig:
    """For a session's `trace_configs`."""
    trace = aiohttp.TraceConfig()
    trace.on_connection_reuseconn.append(_look)
    trace.on_connection_create_end.append(_look)
    return trace


async def _look(_: aiohttp.ClientSession, __: SimpleNamespace, ___: object) -> None:
    if not is_surely_ours():
        raise LeaseOver("The lease is over.")
