"""Kinds of columns: instants that are aware, text that both databases take, ids that number themselves."""

from datetime import UTC as UTC_ZONE
from datetime import datetime

from sqlalchemy import BigInteger, DateTime, Dialect, Integer, Text, TypeDecorator

BIG_ID = BigInteger().with_variant(Integer, "sqlite")  # only INTEGER numbers itself on SQLite


def readable(text: str) -> str:
    """The text without what a database refuses: neither takes half a surrogate, PostgreSQL no NUL. Both become �."""
    return text.replace("\0", "�").encode("utf-16", "surrogatepass").decode("utf-16", "replace")


class UTC(TypeDecorator[datetime]):
    """An aware instant, in and out in UTC. SQLite keeps it as text of one width, so that it sorts as time."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """In UTC. Raises ValueError for an instant without a zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"An instant without a zone cannot be stored: {value!r}.")
        instant = value.astimezone(UTC_ZONE)
        return instant.replace(tzinfo=None) if dialect.name == "sqlite" else instant

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy names it
        """Aware, in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC_ZONE) if value.tzinfo is None else value.astimezone(UTC_ZONE)


class Words(TypeDecorator[str]):
    """Text that people or vendors wrote, made readable."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - SQLAlchemy names it
        """Without what the databases refuse."""
        return None if value is None else readable(value)
