"""Settings: where they come from, what they refuse and how, and that the example file tells all of them."""

import itertools
import re
from pathlib import Path

import pytest

from incidentbot.settings import Settings, SettingsError, env_name, problems, unknown_names

EXAMPLE = Path(__file__).parent.parent / ".env.example"
NOWHERE = Path("/nowhere")
KEY = "c0ffee00000000000000000000000001"


def gathered(
    environ: dict[str, str], *, env_file: Path = NOWHERE / ".env", secrets_dir: Path = NOWHERE
) -> Settings:
    return Settings.from_environment(environ, env_file=env_file, secrets_dir=secrets_dir)


def test_the_example_names_every_setting_once_and_each_has_a_comment() -> None:
    lines = EXAMPLE.read_text(encoding="utf-8").splitlines()
    named = [line.partition("=")[0] for line in lines if re.match(r"[A-Z]", line)]
    bare = [here for above, here in itertools.pairwise(lines) if here[:1].isupper() and above[:1] != "#"]

    assert sorted(named) == sorted(env_name(field) for field in Settings.model_fields)
    assert bare == []


def test_the_example_as_it_stands_is_the_defaults() -> None:
    assert gathered({}, env_file=EXAMPLE) == Settings()


def test_nothing_given_listens_on_loopback_with_the_default_profile_and_an_embedded_database() -> None:
    settings = gathered({})

    assert (settings.host, settings.port, settings.policy, settings.log_level) == (
        "127.0.0.1",
        8080,
        "default",
        "INFO",
    )
    assert settings.database_url == "sqlite:///var/incidentbot.db"
    assert (settings.wants_socket_mode, settings.wants_http, settings.pager_mode) == (False, False, "")


def test_a_stray_port_of_the_shell_is_not_ours() -> None:
    assert gathered({"PORT": "99", "HOST": "example.com"}) == Settings()


def test_the_database_follows_the_data_folder_and_can_be_elsewhere() -> None:
    elsewhere = "postgresql://bot:hush@db/incidents"

    assert gathered({"INCIDENTBOT_DATA_DIR": "/srv/bot"}).database_url == "sqlite:////srv/bot/incidentbot.db"
    assert gathered({"INCIDENTBOT_DATABASE_URL": elsewhere}).database_url == elsewhere


def test_the_variable_outranks_its_file_which_outranks_the_mount_which_outranks_the_dotenv(
    tmp_path: Path,
) -> None:
    mount, env_file, named = tmp_path / "secrets", tmp_path / ".env", tmp_path / "token"
    mount.mkdir()
    named.write_text("xoxb-from-named-file\n")
    env_file.write_text("SLACK_BOT_TOKEN=xoxb-from-dotenv\n")

    def token(**environ: str) -> str:
        found = gathered(environ, env_file=env_file, secrets_dir=mount)
        return found.slack_bot_token.get_secret_value()

    assert token() == "xoxb-from-dotenv"
    (mount / "slack_bot_token").write_text("xoxb-from-mount")
    assert token() == "xoxb-from-mount"
    assert token(SLACK_BOT_TOKEN_FILE=str(named)) == "xoxb-from-named-file"
    assert token(SLACK_BOT_TOKEN_FILE=str(named), SLACK_BOT_TOKEN="xoxb-direct") == "xoxb-direct"


def test_a_secret_file_that_is_not_there_is_said_by_name() -> None:
    with pytest.raises(SettingsError, match=r"PAGERDUTY_API_TOKEN could not be read from /nowhere/x\."):
        gathered({"PAGERDUTY_API_TOKEN_FILE": "/nowhere/x"})


WRONG = {
    "SLACK_BOT_TOKEN": ("xapp-1-hush", "must be a bot token, which begins with xoxb-"),
    "SLACK_APP_TOKEN": ("xoxb-hush", "must be an app-level token, which begins with xapp-"),
    "SLACK_API_URL": ("hush", "must be a web address"),
    "PAGERDUTY_ROUTING_KEY": ("hush", "must be an integration key of 32 letters and digits"),
    "PAGERDUTY_FROM_EMAIL": ("hush", "must be the e-mail address of a PagerDuty user"),
    "PAGERDUTY_EVENTS_URL": ("ftp://hush", "must be a web address"),
    "INCIDENTBOT_DATABASE_URL": ("mysql://hush", "must be an address that begins with sqlite:///"),
    "INCIDENTBOT_PORT": ("hush", "must be a whole number from 0 to 65535"),
    "INCIDENTBOT_LOG_LEVEL": ("HUSH", "must be one of DEBUG, INFO, WARNING, ERROR"),
    "INCIDENTBOT_SMTP_URL": ("http://hush", "must be an address that begins with smtp://"),
    "INCIDENTBOT_BASE_URL": ("https://hush:port", "must be a web address"),
}


@pytest.mark.parametrize(("name", "value", "words"), [(name, *rest) for name, rest in WRONG.items()])
def test_a_wrong_value_is_one_sentence_with_its_name_and_without_itself(
    name: str, value: str, words: str
) -> None:
    with pytest.raises(SettingsError) as refused:
        gathered({name: value})

    assert refused.value.sentence.startswith(f"{name} {words}")
    assert "hush" not in f"{refused.value!r} {refused.value.__cause__!r}".casefold()


def test_every_wrong_value_is_told_at_once() -> None:
    with pytest.raises(SettingsError, match=r"^SLACK_APP_TOKEN must .* INCIDENTBOT_PORT must .*\.$"):
        gathered({"INCIDENTBOT_PORT": "70000", "SLACK_APP_TOKEN": "token"})


def test_secrets_do_not_print() -> None:
    settings = gathered(
        {
            "SLACK_BOT_TOKEN": "xoxb-hush",
            "PAGERDUTY_ROUTING_KEY": KEY,
            "INCIDENTBOT_DATABASE_URL": "postgresql://bot:hush@db/incidents",
            "INCIDENTBOT_SMTP_URL": "smtps://bot:hush@mail",
        }
    )

    assert "hush" not in repr(settings)
    assert KEY not in repr(settings)


def test_a_strange_name_of_ours_is_told_with_the_nearest_one_we_know(tmp_path: Path) -> None:
    env_file = tmp_path / ".env"
    env_file.write_text("INCIDENTBOT_POLCY=mapme\n")
    environ = {
        "INCIDENTBOT_XYZZY": "1",
        "INCIDENTBOT_SMTP_URL_FILE": "/x",
        "INCIDENTBOT_SHARED": "/x",
        "PATH": "/",
    }

    assert unknown_names(environ, env_file=env_file) == [
        "INCIDENTBOT_POLCY is no setting and is not read. Did you mean INCIDENTBOT_POLICY?",
        "INCIDENTBOT_XYZZY is no setting and is not read.",
    ]


PAGERS = [
    ({}, ""),
    ({"PAGERDUTY_ROUTING_KEY": KEY}, "events"),
    ({"PAGERDUTY_ROUTING_KEY": KEY, "PAGERDUTY_API_TOKEN": "t", "PAGERDUTY_FROM_EMAIL": "a@b"}, "rest"),
    ({"PAGERDUTY_ROUTING_KEY": KEY, "PAGERDUTY_API_TOKEN": "t"}, "events"),
]


@pytest.mark.parametrize(("environ", "mode"), PAGERS)
def test_the_keys_choose_how_pages_go(environ: dict[str, str], mode: str) -> None:
    assert gathered(environ).pager_mode == mode


def test_what_keeps_it_from_serving_is_told_in_sentences() -> None:
    complete = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1"}

    assert problems(gathered(complete)) == []
    assert [sentence.split()[0] for sentence in problems(gathered({}))] == ["SLACK_BOT_TOKEN", "Slack"]
    assert [
        sentence.split(":")[0]
        for sentence in problems(
            gathered(complete | {"PAGERDUTY_API_TOKEN": "t", "INCIDENTBOT_SMTP_URL": "smtp://mail"})
        )
    ] == [
        "PAGERDUTY_API_TOKEN needs PAGERDUTY_FROM_EMAIL",
        "INCIDENTBOT_SMTP_URL needs INCIDENTBOT_SMTP_FROM",
    ]
