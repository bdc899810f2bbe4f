"""A bell: whoever commits rings it, whoever works listens. Lets the handler know nothing of the workers."""

from collections.abc import Callable


class Bell:
    """Calls every listener, in the order they came."""

    def __init__(self) -> None:
        self._listeners: list[Callable[[], None]] = []

    def listen(self, listener: Callable[[], None]) -> None:
        """Call `listener` at each ring."""
        self._listeners.append(listener)

    def ring(self) -> None:
        """Something has changed."""
        for listener in self._listeners:
            listener()
