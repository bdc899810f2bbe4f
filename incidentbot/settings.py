"""Settings: secrets and wiring from the environment, files and `.env`, read once. Holds no policy and opens nothing."""

import difflib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self, cast

from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import (
    BaseSettings,
    DotEnvSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from incidentbot.core.refusals import Refused
from incidentbot.settings_expected import EXPECTED

ENV_FILE = Path(".env")
SECRETS_DIR = Path("/run/secrets")
PREFIX = "INCIDENTBOT_"
VENDORS = ("slack_", "pagerduty_")
NOT_SETTINGS = frozenset({"INCIDENTBOT_SHARED"})
"""Names of our own that the test run reads."""

UNSET = SecretStr("")


class SettingsError(Refused):
    """Settings that cannot be used. One sentence for each, naming the variable and what is expected."""


def _embedded(values: dict[str, Any]) -> str:
    return f"sqlite:///{values.get('data_dir', Path())}/incidentbot.db"


class Settings(BaseSettings):
    """Every setting under its lower-case name; an empty one is not set. Secrets do not print.

    Takes what it is given and looks nowhere: `from_environment` gathers. `env_name` tells a field's variable.
    """

    model_config = SettingsConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    slack_bot_token: SecretStr = UNSET
    slack_app_token: SecretStr = UNSET
    slack_signing_secret: SecretStr = UNSET
    slack_client_id: str = ""
    slack_client_secret: SecretStr = UNSET
    slack_api_url: str = "https://slack.com/api/"
    pagerduty_routing_key: SecretStr = UNSET
    pagerduty_api_token: SecretStr = UNSET
    pagerduty_from_email: str = ""
    pagerduty_webhook_secret: SecretStr = UNSET
    pagerduty_events_url: str = "https://events.pagerduty.com/v2/enqueue"
    pagerduty_api_url: str = "https://api.pagerduty.com"
    data_dir: Path = Path("var")
    database_url: str = Field(default_factory=_embedded, repr=False)
    policy: str = "default"
    team: Path | None = None
    runbooks: Path = Path("runbooks")
    runbooks_url: str = ""
    postmortems: Path | None = None
    host: str = "127.0.0.1"
    port: int = 8080
    base_url: str = ""
    log_level: str = "INFO"
    smtp_url: SecretStr = UNSET
    smtp_from: str = ""
    heartbeat_url: SecretStr = UNSET
    intake_token: SecretStr = UNSET

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003 - the library's signature
        init_settings: PydanticBaseSettingsSource,
        *_: PydanticBaseSettingsSource,
        **__: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Only what is handed over: `port` must not be read from a stray variable named PORT."""
        return (init_settings,)

    @field_validator("*", mode="before")
    @classmethod
    def _as_expected(cls, value: Any, info: ValidationInfo) -> Any:
        text = value.get_secret_value() if isinstance(value, SecretStr) else value
        expected = EXPECTED.get(str(info.field_name))
        written = str(text).strip()
        if written and expected is not None and not expected.holds(written):
            raise ValueError(expected.words)
        return text.strip() if isinstance(text, str) else value

    @field_validator("base_url", "pagerduty_api_url", "pagerduty_events_url", "runbooks_url")
    @classmethod
    def _without_closing_slash(cls, value: str) -> str:
        return value.rstrip("/")

    @field_validator("log_level")
    @classmethod
    def _in_capitals(cls, value: str) -> str:
        return value.upper()

    @classmethod
    def from_environment(
        cls,
        environ: Mapping[str, str] | None = None,
        *,
        env_file: Path = ENV_FILE,
        secrets_dir: Path = SECRETS_DIR,
    ) -> Self:
        """The settings as a deployment gives them.

        For each name, the first of: the variable; the file that NAME_FILE names; the file of that name in
        `secrets_dir`; `env_file`. environ: None for the process's own. Raises SettingsError.
        """
        process, written = _process() if environ is None else environ, _dotenv(env_file)
        found: dict[str, Any] = {}
        for field in cls.model_fields:
            name = env_name(field)
            value = _value(name, process) or _mounted(name, secrets_dir) or _value(name, written)
            if value:
                found[field] = value
        return cls.of(found)

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> Self:
        """The settings with these values. Raises SettingsError, which never tells a value."""
        try:
            return cls(**values)
        except ValidationError as error:
            fields = dict.fromkeys(str(each["loc"][0]) for each in error.errors(include_input=False))
            raise SettingsError(" ".join(map(_refusal, fields))) from None

    @property
    def wants_socket_mode(self) -> bool:
        """Whether Slack is listened to over Socket Mode."""
        return bool(self.slack_app_token)

    @property
    def wants_http(self) -> bool:
        """Whether `/slack/events` is served: only with a secret to check signatures by."""
        return bool(self.slack_signing_secret)

    @property
    def pager_mode(self) -> str:
        """What the keys allow: "rest", "events" or "". The team file has a word too (`PagerDuty.mode`)."""
        if self.pagerduty_api_token and self.pagerduty_from_email:
            return "rest"
        return "events" if self.pagerduty_routing_key else ""


def env_name(field: str) -> str:
    """The variable of a field: `port` is INCIDENTBOT_PORT, `slack_bot_token` is SLACK_BOT_TOKEN."""
    if field.startswith(VENDORS):
        return field.upper()
    return PREFIX + field.upper()


def problems(settings: Settings) -> list[str]:
    """What keeps this from serving: one sentence each, none when it can start."""
    found = []
    if not settings.slack_bot_token:
        found.append("SLACK_BOT_TOKEN is missing: the bot token, from the app's OAuth page.")
    if not settings.wants_socket_mode and not settings.wants_http:
        found.append(
            "Slack cannot be heard: set SLACK_APP_TOKEN (Socket Mode) or SLACK_SIGNING_SECRET (HTTP)."
        )
    if settings.pagerduty_api_token and not settings.pagerduty_from_email:
        found.append(
            "PAGERDUTY_API_TOKEN needs PAGERDUTY_FROM_EMAIL: the address of a PagerDuty user to act as."
        )
    if bool(settings.slack_client_id) != bool(settings.slack_client_secret):
        found.append(
            "SLACK_CLIENT_ID and SLACK_CLIENT_SECRET go together: set both to sign people in at the pages, or neither."
        )
    if settings.smtp_url and not settings.smtp_from:
        found.append("INCIDENTBOT_SMTP_URL needs INCIDENTBOT_SMTP_FROM: the address that mail comes from.")
    return found


def unknown_names(environ: Mapping[str, str] | None = None, *, env_file: Path = ENV_FILE) -> list[str]:
    """A sentence for each INCIDENTBOT_ variable that is no setting, with the nearest one that is."""
    known = [env_name(field) for field in Settings.model_fields]
    given = {**_dotenv(env_file), **(_process() if environ is None else environ)}
    strange = sorted(
        name
        for name in given
        if name.startswith(PREFIX) and name.removesuffix("_FILE") not in known and name not in NOT_SETTINGS
    )
    return [f"{name} is no setting and is not read.{_guess(name, known)}" for name in strange]


def _guess(name: str, known: list[str]) -> str:
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.75)
    return f" Did you mean {near[0]}?" if near else ""


def _refusal(field: str) -> str:
    expected = EXPECTED.get(field)
    return f"{env_name(field)} must be {'a text' if expected is None else expected.words}."


def _value(name: str, given: Mapping[str, str]) -> str:
    if given.get(name):
        return given[name]
    path = given.get(f"{name}_FILE")
    return _secret(Path(path), name) if path else ""


def _mounted(name: str, secrets_dir: Path) -> str:
    paths = (secrets_dir / name, secrets_dir / name.lower())
    return next((_secret(path, name) for path in paths if path.is_file()), "")


def _secret(path: Path, name: str) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{name} could not be read from {path}. Check {name}_FILE.") from error


def _dotenv(path: Path) -> Mapping[str, str]:
    if not path.is_file():
        return {}
    found = DotEnvSettingsSource(Settings, env_file=path, case_sensitive=True).env_vars
    return {name: value for name, value in found.items() if value}


def _process() -> Mapping[str, str]:
    return cast("Mapping[str, str]", os.environ)  # noqa: TID251 - the one place where the environment is read
