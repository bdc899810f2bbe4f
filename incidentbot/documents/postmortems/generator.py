"""What wrote a document, for its last line: the bot's name and version."""

from functools import cache
from importlib.metadata import PackageNotFoundError, version


@cache
def generator() -> str:
    """Name and version, as far as the package says."""
    try:
        return f"incidentbot {version('incidentbot')}"
    except PackageNotFoundError:
        return "incidentbot"
