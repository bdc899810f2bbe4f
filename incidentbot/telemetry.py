"""Logs: one JSON line an event, constant event names, ids not objects. Never a message's text, never a token."""

import logging
import secrets
import sys
from collections.abc import Callable, MutableMapping
from typing import Any

import structlog

REFERENCE_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
"""Letters and digits nobody mistakes for one another when reading a reference aloud."""

NOISY = ("slack_sdk", "slack_bolt", "aiohttp", "urllib3", "pdpyras", "apscheduler", "alembic", "asyncio")
"""Libraries that print message texts, tokens or their own heartbeat below WARNING (docs/decisions/0007-logs.md)."""

Redactor = Callable[[str], str]


def configure(level: str = "INFO", *, redact: Redactor, stream: Any = None) -> None:
    """Send every log line, ours and the libraries', as redacted JSON to `stream` (default: stderr)."""

    def redacted(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        return {key: redact(value) if isinstance(value, str) else value for key, value in event.items()}

    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        redacted,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in NOISY:
        logging.getLogger(name).setLevel(max(logging.WARNING, logging.getLevelName(level)))


def logger(name: str) -> Any:
    """The logger of a module."""
    return structlog.stdlib.get_logger(name)


def report_bug(where: str, error: BaseException, **fields: str | int | None) -> str:
    """Log an unexpected error once and return the reference that the person is given."""
    reference = "".join(secrets.choice(REFERENCE_ALPHABET) for _ in range(5))
    logger("incidentbot").error("bug", where=where, reference=reference, exc_info=error, **fields)
    return reference
