"""Which command of the core each plain verb asks for. A table; the others are in slash.py. Pure."""

from collections.abc import Callable, Mapping
from typing import Any

from incidentbot.core import commands, ladder_commands
from incidentbot.core.commands import Person
from incidentbot.slack import asks

PLAIN: Mapping[type[Any], Callable[[Any, str], Person]] = {
    asks.Snooze: lambda ask, by: ladder_commands.Snooze(by, ask.length),
    asks.ChangeSeverity: lambda ask, by: commands.ChangeSeverity(by, ask.severity, ask.why),
    asks.EnterStage: lambda ask, by: commands.EnterStage(by, ask.name),
    asks.Mitigate: lambda ask, by: commands.Mitigate(by, ask.how),
    asks.Resolve: lambda ask, by: commands.Resolve(by, ask.what, ask.verified_by),
    asks.Reopen: lambda ask, by: commands.Reopen(by, ask.why),
    asks.Close: lambda _, by: commands.Close(by),
    asks.Join: lambda _, by: commands.Join(by),
}
"""Ask -> command, for the verbs that need nothing but what was typed and who typed it."""
