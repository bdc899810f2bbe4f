"""Who is in the workspace: five people in five time zones, the bot, and a group of them. Holds no state that changes."""

from dataclasses import dataclass
from typing import Any

TEAM_ID = "T0PLAY"
TEAM_NAME = "Playground"
TEAM_DOMAIN = "playground"
APP_ID = "A0BOT"
BOT_ID = "B0BOT"
BOT_USER_ID = "U0BOT"
BOT_NAME = "incident-bot"


@dataclass(frozen=True, slots=True)
class Person:
    """One account. `tz_offset_s` is the winter offset from UTC; `color` the avatar's, six hex digits.

    deleted: Slack's word for a deactivated account.
    """

    id: str
    name: str
    real_name: str
    tz: str = "Etc/UTC"
    tz_label: str = "Coordinated Universal Time"
    tz_offset_s: int = 0
    color: str = "5a5a5a"
    is_bot: bool = False
    deleted: bool = False

    @property
    def email(self) -> str:
        """The address under which pagers know the person."""
        return f"{self.name}@example.com"


@dataclass(frozen=True, slots=True)
class UserGroup:
    """A group that can be mentioned as `@handle`."""

    id: str
    handle: str
    name: str
    members: tuple[str, ...]


FIVE_PEOPLE: tuple[Person, ...] = (
    Person("U0ANA", "ana", "Ana Lima", "America/Sao_Paulo", "Brasilia Time", -10_800, "c0392b"),
    Person("U0BO", "bo", "Bo Lindqvist", "Europe/Stockholm", "Central European Time", 3_600, "2471a3"),
    Person("U0CHI", "chi", "Chi Nguyen", "Asia/Ho_Chi_Minh", "Indochina Time", 25_200, "1e8449"),
    Person("U0DEE", "dee", "Dee Okafor", "America/New_York", "Eastern Standard Time", -18_000, "b7950b"),
    Person("U0ELI", "eli", "Eli Sharma", "Asia/Kolkata", "India Standard Time", 19_800, "7d3c98"),
)

BOT = Person(BOT_USER_ID, BOT_NAME, "Incident Bot", color="b3261e", is_bot=True)

FIRST_GROUP = UserGroup("S0ONCALL", "on-call-team", "On-call team", ("U0ANA", "U0BO"))


def profile_of(person: Person) -> dict[str, Any]:
    """The `user` object of users.info, with the e-mail address included."""
    return {
        "id": person.id,
        "team_id": TEAM_ID,
        "name": person.name,
        "deleted": person.deleted,
        "color": person.color,
        "real_name": person.real_name,
        "tz": person.tz,
        "tz_label": person.tz_label,
        "tz_offset": person.tz_offset_s,
        "profile": _card_of(person),
        "is_admin": False,
        "is_owner": False,
        "is_primary_owner": False,
        "is_restricted": False,
        "is_ultra_restricted": False,
        "is_bot": person.is_bot,
        "is_app_user": False,
        "updated": 0,
    }


def _card_of(person: Person) -> dict[str, Any]:
    card: dict[str, Any] = {
        "real_name": person.real_name,
        "real_name_normalized": person.real_name,
        "display_name": person.name,
        "display_name_normalized": person.name,
        "status_text": "",
        "status_emoji": "",
        "team": TEAM_ID,
    }
    of_the_bot: dict[str, Any] = {"bot_id": BOT_ID, "api_app_id": APP_ID, "always_active": True}
    return card | (of_the_bot if person.is_bot else {"email": person.email})


def group_body(group: UserGroup) -> dict[str, Any]:
    """The group as usergroups.list shows it, without its members."""
    return {
        "id": group.id,
        "team_id": TEAM_ID,
        "is_usergroup": True,
        "is_external": False,
        "name": group.name,
        "handle": group.handle,
        "description": "",
        "date_create": 0,
        "date_update": 0,
        "date_delete": 0,
        "auto_type": None,
        "created_by": "USLACKBOT",
        "updated_by": "USLACKBOT",
        "deleted_by": None,
        "prefs": {"channels": [], "groups": []},
    }
