"""Incidents as they were last read or written, by their very text: what is decided once is told by several workers."""

from collections import OrderedDict
from threading import Lock

from incidentbot.core.incident import Incident
from incidentbot.store import codec

MOST = 256
"""As many as one process tells at once (`flows.deliver.AT_ONCE`); reading one costs more than deciding on it."""


class Recent:
    """Text -> incident, the latest `most` of them. An incident is never changed in place, so it may be shared."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._kept: OrderedDict[str, Incident] = OrderedDict()
        self._alone = Lock()  # long reads happen in threads

    def keep(self, text: str, incident: Incident) -> None:
        """This text is this incident."""
        with self._alone:
            self._kept[text] = incident
            self._kept.move_to_end(text)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)

    def read(self, text: str) -> Incident:
        """The incident. Raises codec.Unreadable for what is none."""
        with self._alone:
            kept = self._kept.get(text)
        if kept is None:
            kept = codec.incident_from_text(text)
        self.keep(text, kept)
        return kept


RECENT = Recent()
"""Of this process."""
