"""Messages of a room: each event once, in any order, the latest text."""

from dataclasses import replace

from incidentbot.core.incident import Room
from incidentbot.core.messages import Message, Reaction
from incidentbot.core.policy import RoomKind
from incidentbot.flows.ports import Captured, CaptureKind
from incidentbot.store.messages import BATCH
from incidentbot.store.store import SqlStore
from tests.store.samples import a_message, an_event, an_incident, keep

SECOND_TS = "1762160400.000200"


async def room_of(store: SqlStore, *events: Captured) -> list[Message]:
    """What the room holds after these events, taken in one by one."""
    incident = await keep(store)
    for event in events:
        await store.add_messages([event])
    return list(await store.messages(incident.id))


async def test_messages_come_back_whole_and_by_their_stamp(store: SqlStore) -> None:
    incident = await keep(store)
    second = a_message(SECOND_TS, thread_ts="1762160400.000100", user=None, bot=True, subtype="bot_message")
    elsewhere = a_message(channel="C8")

    new = await store.add_messages(
        [an_event("2", message=second), an_event("1"), an_event("3", message=elsewhere)]
    )

    assert new == 3
    assert await store.messages(incident.id) == [a_message(), second]


async def test_an_event_that_comes_again_is_not_new(store: SqlStore) -> None:
    incident = await keep(store)
    reaction = an_event("2", CaptureKind.REACTION_ADDED, reaction="eyes", by="U2")

    assert await store.add_messages([an_event("1"), reaction, an_event("1")]) == 2
    assert await store.add_messages([an_event("1"), an_event("1", CaptureKind.DELETED), reaction]) == 0

    assert await store.messages(incident.id) == [replace(a_message(), reactions=(Reaction("eyes", 1),))]


async def test_no_events_are_no_work(store: SqlStore) -> None:
    assert await store.add_messages([]) == 0


async def test_an_edit_replaces_the_text_and_is_marked(store: SqlStore) -> None:
    edit = an_event("2", CaptureKind.CHANGED, a_message(text="Found it."))

    (message,) = await room_of(store, an_event("1"), edit)

    assert message == replace(a_message(), text="Found it.", edited=True)


async def test_a_change_that_leaves_the_text_is_no_edit(store: SqlStore) -> None:
    unfurled = an_event("2", CaptureKind.CHANGED)

    (message,) = await room_of(store, an_event("1"), unfurled)

    assert not message.edited


async def test_an_edit_outlives_the_posting_that_comes_after_it(store: SqlStore) -> None:
    edit = an_event("2", CaptureKind.CHANGED, a_message(text="Found it."))

    (message,) = await room_of(store, edit, an_event("1"))

    assert (message.text, message.edited) == ("Found it.", True)


async def test_a_deleted_message_keeps_its_place_and_loses_its_text_for_ever(store: SqlStore) -> None:
    gone = an_event("2", CaptureKind.DELETED)
    edit = an_event("3", CaptureKind.CHANGED, a_message(text="Still here."))

    (message,) = await room_of(store, an_event("1"), gone, edit)

    assert (message.text, message.deleted) == ("", True)


async def test_a_deletion_before_its_message_deletes_it_all_the_same(store: SqlStore) -> None:
    (message,) = await room_of(store, an_event("2", CaptureKind.DELETED), an_event("1"))

    assert (message.text, message.deleted) == ("", True)


async def test_reactions_are_counted_by_person_and_taken_back(store: SqlStore) -> None:
    def reacted(event: str, kind: CaptureKind, name: str, by: str) -> Captured:
        return an_event(event, kind, reaction=name, by=by)

    (message,) = await room_of(
        store,
        an_event("1"),
        reacted("2", CaptureKind.REACTION_ADDED, "eyes", "U2"),
        reacted("3", CaptureKind.REACTION_ADDED, "eyes", "U3"),
        reacted("4", CaptureKind.REACTION_ADDED, "eyes", "U3"),
        reacted("5", CaptureKind.REACTION_ADDED, "fire", "U2"),
        reacted("6", CaptureKind.REACTION_REMOVED, "fire", "U2"),
        reacted("7", CaptureKind.REACTION_REMOVED, "tada", "U2"),
    )

    assert message.reactions == (Reaction("eyes", 2),)


async def test_reactions_of_a_backfilled_message_are_kept_as_numbers(store: SqlStore) -> None:
    backfilled = a_message(reactions=(Reaction("eyes", 2),), pinned=True)
    taken_back = an_event("2", CaptureKind.REACTION_REMOVED, reaction="eyes", by="U2")

    (message,) = await room_of(store, an_event("1", message=backfilled), taken_back)

    assert (message.reactions, message.pinned) == ((Reaction("eyes", 1),), True)


async def test_a_reaction_and_a_pin_wait_for_the_message_they_stand_on(store: SqlStore) -> None:
    early = [
        an_event("2", CaptureKind.REACTION_ADDED, reaction="eyes", by="U2"),
        an_event("3", CaptureKind.PINNED),
    ]
    assert await room_of(store, *early) == []

    await store.add_messages([an_event("1")])

    (message,) = await store.messages("incident-7")
    assert message == replace(a_message(), pinned=True, reactions=(Reaction("eyes", 1),))


async def test_a_pin_is_taken_down_again(store: SqlStore) -> None:
    pins = (an_event("2", CaptureKind.PINNED), an_event("3", CaptureKind.UNPINNED))

    (message,) = await room_of(store, an_event("1"), *pins)

    assert not message.pinned


async def test_a_batch_says_the_same_as_its_events_one_by_one(store: SqlStore) -> None:
    incident = await keep(store)
    events = [
        an_event("1"),
        an_event("2", CaptureKind.PINNED),
        an_event("3", CaptureKind.CHANGED, a_message(text="Found it.")),
        an_event("4", CaptureKind.REACTION_ADDED, reaction="eyes", by="U2"),
        an_event("5", message=a_message(SECOND_TS)),
        an_event("6", CaptureKind.DELETED, a_message(SECOND_TS)),
    ]

    assert await store.add_messages(events) == 6

    first, second = await store.messages(incident.id)
    assert first == replace(
        a_message(), text="Found it.", edited=True, pinned=True, reactions=(Reaction("eyes", 1),)
    )
    assert second.deleted


async def test_a_thread_room_holds_its_own_thread_only(store: SqlStore) -> None:
    room = Room(RoomKind.THREAD, "incidents", channel="C1", thread_ts="1762160400.000100")
    incident = await keep(store, an_incident(room=room))
    parent, reply, other = (
        a_message(channel="C1"),
        a_message(SECOND_TS, channel="C1", thread_ts="1762160400.000100"),
        a_message("1762160400.000300", channel="C1"),
    )

    await store.add_messages([an_event(one.ts, message=one) for one in (parent, reply, other)])

    assert await store.messages(incident.id) == [parent, reply]


async def test_a_backfill_of_many_batches_is_taken_in_once(store: SqlStore) -> None:
    incident = await keep(store)
    count = 2 * BATCH + 1
    events = [
        an_event(f"event-{place}", message=a_message(f"1762160400.{place:06}")) for place in range(count)
    ]

    assert await store.add_messages(events) == count
    assert await store.add_messages(events) == 0

    assert len(await store.messages(incident.id)) == count


async def test_a_text_that_no_database_takes_is_kept_as_far_as_it_can_be(store: SqlStore) -> None:
    (message,) = await room_of(store, an_event("\0", message=a_message(text="pod\0name \udcff 🔥")))

    assert message.text == "pod�name � 🔥"
