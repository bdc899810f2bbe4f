"""How the shell commands that run for long write their logs: redacted JSON lines on stderr."""

from incidentbot.core.redaction import redact
from incidentbot.settings import Settings
from incidentbot.telemetry import configure


def configure_logs(settings: Settings) -> None:
    """Send every line through the redactor that also guards the timeline."""
    configure(settings.log_level, redact=lambda text: redact(text).text)
