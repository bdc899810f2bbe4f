"""compose.yaml: what it names exists, nobody in it is root, and no secret stands in it."""

import re
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import make_url

from incidentbot.settings import Settings, problems
from incidentbot.store.engines.engine import DRIVERS

ROOT = Path(__file__).parents[2]
BOTS = ("bot-a", "bot-b")
ASKED_FOR = re.compile(r"\$\{(\w+):\?[^}]*\}")


def composed() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
    return found


def bots() -> list[dict[str, Any]]:
    return [composed()["services"][name] for name in BOTS]


def settings_of(bot: dict[str, Any]) -> dict[str, str]:
    """What the process is given, with a password in the place that asks for one."""
    return {name: ASKED_FOR.sub("s3cret", value) for name, value in bot["environment"].items()}


def test_the_replicas_differ_in_nothing_but_the_port_on_this_machine():
    one, other = bots()

    assert one.pop("ports") != other.pop("ports")
    assert one == other


def test_the_bot_takes_the_settings_and_its_driver_serves_the_database(tmp_path: Path):
    given = settings_of(bots()[0])
    needed = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1"}
    settings = Settings.from_environment({**given, **needed}, env_file=tmp_path / "no", secrets_dir=tmp_path)
    address = make_url(settings.database_url)

    assert problems(settings) == []
    assert (settings.port, settings.host) == (8080, "0.0.0.0")  # noqa: S104 - inside its own network
    assert DRIVERS[address.drivername].startswith("postgresql")
    assert address.host in composed()["services"]
    assert address.password == "s3cret"


def test_what_the_bot_is_given_it_asks_for_by_those_names():
    known = (ROOT / ".env.example").read_text(encoding="utf-8")

    for name in settings_of(bots()[0]):
        assert name == "POSTGRES_PASSWORD" or f"\n{name}=" in known, name


def test_every_service_says_whether_it_is_well_and_the_bots_wait_for_the_database():
    for name, service in composed()["services"].items():
        assert service["healthcheck"]["test"], name
    for bot in bots():
        assert bot["depends_on"]["database"] == {"condition": "service_healthy"}
        assert "/health'" in bot["healthcheck"]["test"][-1]


def test_no_bot_is_root_and_none_may_become_it():
    dockerfile = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    for bot in bots():
        assert f"\nUSER {bot['user']}\n" in dockerfile
        assert bot["cap_drop"] == ["ALL"]
        assert bot["security_opt"] == ["no-new-privileges:true"]
        assert bot["read_only"] is True


def test_the_command_is_one_of_the_image_and_its_places_are_the_images():
    dockerfile = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    for bot in bots():
        assert 'ENTRYPOINT ["incidentbot"]' in dockerfile
        assert bot["command"] == ["serve"]
        assert f"INCIDENTBOT_DATA_DIR={bot['environment']['INCIDENTBOT_DATA_DIR']} " in dockerfile


def test_every_password_comes_from_outside_and_the_database_is_reached_by_the_bots_alone():
    text = (ROOT / "compose.yaml").read_text(encoding="utf-8")
    database = composed()["services"]["database"]

    assert ASKED_FOR.fullmatch(database["environment"]["POSTGRES_PASSWORD"])
    assert "ports" not in database
    assert composed()["networks"]["inside"] == {"internal": True}
    assert not re.search(r"xox[bap]-|xapp-", text)
