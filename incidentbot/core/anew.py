"""A value with some of its fields changed, as `dataclasses.replace` gives it; an incident at a sixteenth of its cost.

Every act makes a handful of incidents, each with the forty-odd fields of the one before. `dataclasses.replace` hands
them to the constructor one by one, 10 µs each time: of a thousand timers that fire at once, that was a tenth of the
processor's time. What keeps its fields in a dict is copied as a dict (docs/decisions/0027).
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:  # the type checker knows this very function, and holds each field to its type
    from dataclasses import replace as replace  # noqa: PLC0414 - handed on
else:
    from dataclasses import replace as by_constructor

    def replace(old: object, /, **changes: object) -> object:
        """A copy with these fields changed. Raises TypeError for a field it does not have."""
        kept = getattr(old, "__dict__", None)
        if kept is None or not changes.keys() <= kept.keys():
            return by_constructor(old, **changes)
        anew = object.__new__(type(old))
        anew.__dict__.update(kept, **changes)
        return anew
