"""What a message is after an event: pure. Events may come twice, in any order, and before the message itself.

Deleted is for ever; an edit outlives a late posting; a reaction or a pin may stand on a message not seen yet.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from incidentbot.core.messages import Message
from incidentbot.flows.ports import Captured, CaptureKind

NOBODY = "?"
"""Stands for people of whom only the number is known, as in a channel's history."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A message and what is known of it. known: whether its text was seen. reactions: emoji -> people, first come first."""

    message: Message
    known: bool = False
    reactions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def fold(kept: Kept | None, event: Captured) -> Kept:
    """The message after `event`."""
    return FOLDS[event.kind](kept or unseen(event.message), event)


def unseen(message: Message) -> Kept:
    """A message of which nothing but its place is known."""
    bare = replace(message, text="", edited=False, deleted=False, pinned=False, reactions=())
    return Kept(bare)


def _posted(kept: Kept, event: Captured) -> Kept:
    if kept.known or kept.message.deleted:
        return kept
    pinned = kept.message.pinned or event.message.pinned
    counted = {
        reaction.name: tuple(f"{NOBODY}{place}" for place in range(reaction.count))
        for reaction in event.message.reactions
    }
    filled = replace(event.message, pinned=pinned, reactions=())
    return Kept(filled, known=True, reactions={**counted, **kept.reactions})


def _changed(kept: Kept, event: Captured) -> Kept:
    if kept.message.deleted:
        return kept
    said = event.message
    if not kept.known:
        return Kept(
            replace(said, edited=True, pinned=kept.message.pinned, reactions=()), True, kept.reactions
        )
    edited = kept.message.edited or said.edited or said.text != kept.message.text
    return replace(kept, message=replace(kept.message, text=said.text, edited=edited))


def _deleted(kept: Kept, event: Captured) -> Kept:
    return replace(kept, message=replace(kept.message, text="", deleted=True))


def _reacted(kept: Kept, event: Captured) -> Kept:
    people = kept.reactions.get(event.reaction, ())
    who = event.by or NOBODY
    if who in people:
        return kept
    return replace(kept, reactions={**kept.reactions, event.reaction: (*people, who)})


def _took_back(kept: Kept, event: Captured) -> Kept:
    people = kept.reactions.get(event.reaction, ())
    who = event.by if event.by in people else next((one for one in people if one.startswith(NOBODY)), None)
    left = tuple(one for one in people if one != who)
    others = {name: them for name, them in kept.reactions.items() if name != event.reaction}
    return replace(kept, reactions={**others, event.reaction: left} if left else others)


def _pinned(kept: Kept, event: Captured) -> Kept:
    return replace(kept, message=replace(kept.message, pinned=True))


def _unpinned(kept: Kept, event: Captured) -> Kept:
    return replace(kept, message=replace(kept.message, pinned=False))


FOLDS: Mapping[CaptureKind, Callable[[Kept, Captured], Kept]] = {
    CaptureKind.POSTED: _posted,
    CaptureKind.CHANGED: _changed,
    CaptureKind.DELETED: _deleted,
    CaptureKind.REACTION_ADDED: _reacted,
    CaptureKind.REACTION_REMOVED: _took_back,
    CaptureKind.PINNED: _pinned,
    CaptureKind.UNPINNED: _unpinned,
}
"""What each kind of event does."""
