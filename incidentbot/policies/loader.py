"""Loading a profile: read, merge, check, build. The one door through which a policy comes in; it changes no file."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from incidentbot.core.policy import Policy
from incidentbot.policies import build, yaml_strict
from incidentbot.policies.findings import Finding, Level, PolicyError
from incidentbot.policies.layers import Layers, gather, shipped
from incidentbot.policies.rules import problems
from incidentbot.policies.schema import ID, NAME, Profile
from incidentbot.policies.schema_operations import HANDOFF, RHYTHM

__all__ = ["load", "profile_of", "shipped"]

FORMS = {
    ID: "small letters, digits and dashes",
    NAME: "small letters, digits, dashes and underscores",
    HANDOFF: "like fri 17:00",
    RHYTHM: "like daily 09:00, weekly fri 16:00 or monthly week 1",
}
"""Pattern -> how a person is told to write it."""

_SENTENCES = {
    "missing": "This field is missing.",
    "bool_type": "Here must be true or false.",
    "bool_parsing": "Here must be true or false.",
    "string_type": "Here must be text; put quotes around it.",
    "tuple_type": "Here must be a list, like [one, two].",
    "dict_type": "Here must be a mapping, like {{name: value}}.",
    "model_type": "Here must be a mapping, like {{name: value}}.",
    "int_parsing": "Here must be a whole number.",
    "int_type": "Here must be a whole number.",
    "value_error": "{error}",
    "unknown_key": "{sentence}",
    "enum": '"{input}" is not known here. Allowed: {expected}.',
    "literal_error": '"{input}" is not known here. Allowed: {expected}.',
    "string_pattern_mismatch": '"{input}" is not written as it must be: {form}.',
}
"""Kind of pydantic's error -> the sentence a person reads. Kinds that are not here keep pydantic's own words."""


def load(name_or_path: str | Path) -> Policy:
    """The policy of a shipped id or of a YAML file, with what it extends.

    Raises PolicyError, one sentence naming file, line, field and what is allowed; its `findings` hold every error.
    """
    layers = gather(name_or_path)
    return build.policy(profile_of(layers), layers)


def profile_of(layers: Layers) -> Profile:
    """The profile, every word and how the words fit checked. Raises PolicyError with all errors of the first kind met."""
    try:
        profile = Profile.model_validate(layers.value)
    except ValidationError as error:
        raise PolicyError(list(_explained(error, layers))) from error
    found = [Finding(Level.ERROR, _where(layers, one.path), one.message) for one in problems(profile)]
    if found:
        raise PolicyError(found)
    return profile


def _explained(error: ValidationError, layers: Layers) -> Iterator[Finding]:
    seen: set[tuple[str, str]] = set()
    for one in error.errors(include_url=False):
        context: dict[str, Any] = {"input": one["input"], **one.get("ctx", {})}
        context["form"] = FORMS.get(context.get("pattern", ""), f"pattern {context.get('pattern')}")
        path = _path_in_file(one["loc"], layers)
        if one["type"] == "unknown_key":
            path = (*path, str(context["key"]))
        if one["type"] == "missing":
            path = (*path, str(one["loc"][-1]))
        sentence = _SENTENCES.get(one["type"], one["msg"].replace("{", "{{").replace("}", "}}")).format(
            **context
        )
        finding = Finding(Level.ERROR, _where(layers, path), sentence)
        if (finding.where, finding.message) not in seen:
            seen.add((finding.where, finding.message))
            yield finding


def _path_in_file(location: tuple[str | int, ...], layers: Layers) -> yaml_strict.Path:
    """Pydantic's location without the names it adds for unions and keys."""
    path: yaml_strict.Path = ()
    for step in location:
        if (*path, step) in layers.places:
            path = (*path, step)
    return path


def _where(layers: Layers, path: yaml_strict.Path) -> str:
    """`im-chat.yaml line 12, severities.P0.ack`."""
    dotted = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path).lstrip(".")
    return f"{layers.place(path)}, {dotted}" if dotted else str(layers.place(path))
