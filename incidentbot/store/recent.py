"""Incidents as they were last read or written, by their very text: what is decided once is told by several workers."""

from collections import OrderedDict
from threading import Lock

from incidentbot.core.incident import Incident
from incidentbot.store import codec

MOST = 1024
"""More than fire in one second before any is told; reading one costs as much as a quarter of deciding on it."""

MOST_TEXT = 4_000_000
"""Characters: those of long incidents are few."""


class Recent:
    """Text -> incident, the latest of them. An incident is never changed in place, so it may be shared."""

    def __init__(self, most: int = MOST, most_text: int = MOST_TEXT) -> None:
        self._most = most
        self._most_text = most_text
        self._long = 0
        self._kept: OrderedDict[str, Incident] = OrderedDict()
        self._alone = Lock()  # long reads happen in threads

    def keep(self, text: str, incident: Incident) -> None:
        """This text is this incident."""
        with self._alone:
            if text not in self._kept:
                self._long += len(text)
            self._kept[text] = incident
            self._kept.move_to_end(text)
            while len(self._kept) > self._most or self._long > self._most_text:
                oldest, _ = self._kept.popitem(last=False)
                self._long -= len(oldest)

    def read(self, text: str) -> Incident:
        """The incident. Raises codec.Unreadable for what is none."""
        with self._alone:
            kept = self._kept.get(text)
            if kept is not None:
                self._kept.move_to_end(text)
                return kept
        read = codec.incident_from_text(text)
        self.keep(text, read)
        return read


RECENT = Recent()
"""Of this process."""
