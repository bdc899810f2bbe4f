"""How often each method may be called: Slack's tiers as rolling windows on real time. Decides nothing by itself.

Tiers: https://docs.slack.dev/apis/web-api/rate-limits and each method's page, August 2026. Slack publishes no burst
figure; a fifth on top of the tier is ours.
"""

import math
from collections import defaultdict, deque
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tier:
    """At most `calls` in any `seconds`."""

    calls: int
    seconds: float


_TIER_2 = Tier(24, 60)
_TIER_3 = Tier(60, 60)
_TIER_4 = Tier(120, 60)
_SPECIAL = Tier(600, 60)
PER_CHANNEL = Tier(5, 5)  # chat.postMessage: one a second for each channel, short bursts tolerated

TIERS: Mapping[str, Tier] = {
    **dict.fromkeys(
        (
            "bookmarks.add",
            "bookmarks.edit",
            "bookmarks.remove",
            "conversations.canvases.create",
            "conversations.archive",
            "conversations.create",
            "conversations.list",
            "conversations.rename",
            "conversations.setPurpose",
            "conversations.setTopic",
            "conversations.unarchive",
            "pins.add",
            "pins.list",
            "pins.remove",
            "reactions.remove",
            "usergroups.list",
            "usergroups.users.list",
            "users.list",
        ),
        _TIER_2,
    ),
    **dict.fromkeys(
        (
            "apps.connections.open",
            "bookmarks.list",
            "canvases.edit",
            "bots.info",
            "chat.delete",
            "chat.update",
            "conversations.history",
            "conversations.info",
            "conversations.invite",
            "conversations.join",
            "conversations.kick",
            "conversations.leave",
            "conversations.open",
            "conversations.replies",
            "reactions.add",
            "reactions.get",
            "team.info",
            "users.lookupByEmail",
        ),
        _TIER_3,
    ),
    **dict.fromkeys(
        (
            "api.test",
            "chat.postEphemeral",
            "conversations.members",
            "files.completeUploadExternal",
            "files.getUploadURLExternal",
            "files.info",
            "users.info",
            "views.open",
            "views.publish",
            "views.push",
            "views.update",
        ),
        _TIER_4,
    ),
    **dict.fromkeys(("auth.test", "chat.getPermalink", "chat.postMessage"), _SPECIAL),
}


class RateLimits:
    """Counts calls. Instants are seconds of a monotonic clock, given by the caller."""

    def __init__(self) -> None:
        self._calls: dict[str, deque[float]] = defaultdict(deque)

    def retry_after_s(self, method: str, channel: str, *, now: float) -> int | None:
        """None when the call may go on (it is then counted), else the whole seconds to wait."""
        windows = [(method, TIERS[method])]
        if method == "chat.postMessage":
            windows.append((f"{method} {channel}", PER_CHANNEL))
        waits = [self._wait(name, tier, now) for name, tier in windows]
        if longest := max(waits):
            return math.ceil(longest)
        for name, _ in windows:
            self._calls[name].append(now)
        return None

    def _wait(self, name: str, tier: Tier, now: float) -> float:
        calls = self._calls[name]
        while calls and calls[0] <= now - tier.seconds:
            calls.popleft()
        return 0.0 if len(calls) < tier.calls else calls[0] + tier.seconds - now
