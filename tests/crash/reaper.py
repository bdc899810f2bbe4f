"""Kills the bot at a named call to a vendor, before, during or after it. Knows the stand-ins, no incident."""

import asyncio
import json
import os
import signal
from collections.abc import Mapping
from functools import partial
from typing import Any

from incidentbot.playground.bot_process import BotProcess
from incidentbot.playground.local import LocalWorkspace
from incidentbot.playground.slack.workspace import Workspace
from tests.crash.acts import Moment
from tests.outward.mailbox import Mailbox

LOOKING = (
    "GET ",
    "auth.",
    "apps.",
    "users.",
    "conversations.list",
    "conversations.history",
    "conversations.info",
)
"""How the calls begin that change nothing."""

STARTING = (
    "auth.",
    "apps.",
    "users.",
    "conversations.list",
    "GET /users",
    "GET /abilities",
    "GET /priorities",
)
"""How the calls begin that every start makes, whatever there is to recover."""

Target = tuple[str, Moment]
ANY_CALL = "any call"
"""A target: the next call that is not one of the start's own."""


def effect_of(metadata: Any) -> str:
    """The effect that a post of the bot's is stamped with, as <incident id>:<key>; "" where there is none."""
    stamp = json.loads(metadata) if isinstance(metadata, str) else metadata
    return str(stamp["event_payload"]["effect"]) if stamp else ""


def name_of(workspace: Workspace, operation: str, body: Mapping[str, Any]) -> str:
    """What a call is called in the acts: its method and, where one method serves several effects, which of them."""
    match operation:
        case "chat.postMessage":
            return f"{operation} {_kind(effect_of(body.get('metadata')))}"
        case "chat.update":
            message = workspace.message(str(body["channel"]), str(body["ts"]))
            return f"{operation} {_kind(effect_of(message.metadata))}"
        case "conversations.join":
            return f"{operation} #{workspace.channel(str(body['channel'])).name}"
        case "PUT /incidents/{id}":
            change = body["incident"]
            return (
                f"{operation} {change.get('status') or ('priority' if 'priority' in change else 'assigned')}"
            )
        case _:
            return operation


def _kind(effect: str) -> str:
    """card of <incident id>:card; say of <incident id>:say:acknowledged:1:3."""
    return effect.split(":")[1] if effect else "to a person"


def is_looking(call: str) -> bool:
    """Whether the call changes nothing at the vendor."""
    return call.startswith(LOOKING)


class Reaper:
    """Strikes once each time it is armed. `struck` is set when it has."""

    def __init__(self, workspace: LocalWorkspace, mailbox: Mailbox, bot: BotProcess) -> None:
        self.calls: list[str] = []
        self.operations: set[str] = set()
        self.struck = asyncio.Event()
        self._slack = workspace.slack.workspace
        self._bot = bot
        self._target: Target | None = None
        self._over = asyncio.Event()
        for faults in (workspace.slack.faults, workspace.pagerduty.faults):
            faults.before_apply.append(self._arriving)
            faults.after_apply.append(self._applied)
        mailbox.before.append(partial(self._arriving, body={}))
        mailbox.after.append(partial(self._applied, body={}))

    def arm(self, call: str, moment: Moment) -> None:
        """Kill at the next call of this name."""
        self._target = (call, moment)
        self.struck.clear()

    def release(self) -> None:
        """Let go of calls that were held back because nothing was to come of them. Only at the very end."""
        self._over.set()

    async def _arriving(self, operation: str, body: Mapping[str, Any]) -> None:
        call = name_of(self._slack, operation, body)
        self.operations.add(operation)
        self.calls.append(call)
        if self._is_meant(call, Moment.BEFORE):
            self._kill()
            await self._over.wait()

    async def _applied(self, operation: str, body: Mapping[str, Any]) -> None:
        call = name_of(self._slack, operation, body)
        if self._is_meant(call, Moment.DURING):
            self._kill()
        if self._is_meant(call, Moment.AFTER):
            # The stand-in writes its answer in the same step of the loop in which it returns from here.
            target, self._target = self._target, None
            asyncio.get_running_loop().call_soon(self._kill, target)

    def _is_meant(self, call: str, moment: Moment) -> bool:
        if self._target is None or self._target[1] is not moment:
            return False
        target = self._target[0]
        return target == call or (target == ANY_CALL and not call.startswith(STARTING))

    def _kill(self, target: Target | None = None) -> None:
        """Strike. A call of one that is dead already, which came late, is no call to strike at: it stays armed."""
        target, self._target = target or self._target, None
        try:
            if self._bot.pid is not None:
                os.kill(self._bot.pid, signal.SIGKILL)
        except ProcessLookupError:
            self._target = target
        else:
            self.struck.set()
