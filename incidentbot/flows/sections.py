"""Where the texts are kept that people wrote into post-mortems, as a port: one for each section, never overwritten unseen."""

from collections.abc import Mapping
from typing import Protocol

from incidentbot.core.postmortems.human_text import EDITABLE, LONGEST, HumanText
from incidentbot.core.refusals import Refused


class Sections(Protocol):
    """Every method raises StoreAway."""

    async def written(self, incident_id: str) -> Mapping[str, HumanText]:
        """The texts of an incident, by section."""
        ...

    async def write(self, incident_id: str, text: HumanText) -> bool:
        """Keep it where the section stands at the version before (1: nobody wrote it yet). False: somebody was faster."""
        ...

    async def forget(self, incident_id: str, section: str, *, version: int) -> bool:
        """Go back to what is generated, where the section stands at this version. False: somebody was faster."""
        ...


def refuse_section(text: HumanText) -> None:
    """Raise Refused for a section that nobody writes, and for a text that is too long."""
    if text.section not in EDITABLE:
        raise Refused(f"The section “{text.section}” is computed. Put what you know into the others.")
    if len(text.text) > LONGEST:
        raise Refused(f"That text has {len(text.text)} characters; {LONGEST} is the most. Nothing was kept.")
