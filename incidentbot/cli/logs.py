"""How the shell commands write their logs: redacted JSON lines on stderr."""

from incidentbot.core.text.redaction import redact
from incidentbot.telemetry import configure


def configure_logs(level: str) -> None:
    """Send every line through the redactor that also guards the timeline."""
    configure(level, redact=lambda text: redact(text).text)
