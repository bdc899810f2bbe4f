"""The table of texts that people wrote into post-mortems. Rows are shapes of storage only: they never leave this folder."""

from datetime import datetime

from sqlmodel import Field

from incidentbot.store.schema.columns import UTC, Words
from incidentbot.store.schema.tables import Row, table_of


class SectionRow(Row, table=True):
    """A section as a person left it. base: what was generated when they began; version rises with each change."""

    __tablename__ = "sections"
    incident_id: str = Field(primary_key=True, foreign_key="incidents.id")
    section: str = Field(primary_key=True)
    version: int
    text: str = Field(sa_type=Words)
    base: str = Field(sa_type=Words)
    by: str
    at: datetime = Field(sa_type=UTC)


sections = table_of(SectionRow)
