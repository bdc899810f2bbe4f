"""Sections' rows: what people wrote into post-mortems, each change on top of the version that its writer saw."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import and_, bindparam, delete, select, update

from incidentbot.core.postmortems.human_text import HumanText
from incidentbot.store.database import Database
from incidentbot.store.engines.dialects import for_each
from incidentbot.store.schema.section_table import sections

OF = and_(sections.c.incident_id == bindparam("of_id"), sections.c.section == bindparam("of_section"))
AT = sections.c.version == bindparam("of_version")
WRITTEN = select(sections).where(sections.c.incident_id == bindparam("of_id"))
ADD = for_each(lambda insert: insert(sections).on_conflict_do_nothing().returning(sections.c.version))
CHANGE = (
    update(sections)
    .where(OF, AT)
    .values({name: bindparam(f"new_{name}") for name in ("version", "text", "base", "by", "at")})
    .returning(sections.c.version)
)
FORGET = delete(sections).where(OF, AT).returning(sections.c.version)


class SqlSections:
    """The port `Sections` on SQLite or PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def written(self, incident_id: str) -> Mapping[str, HumanText]:
        """The texts of an incident, by section."""
        async with self._database.reading() as connection:
            rows = await connection.execute(WRITTEN, {"of_id": incident_id})
            return {
                row.section: HumanText(row.section, row.text, row.base, row.by, row.at, row.version)
                for row in rows
            }

    async def write(self, incident_id: str, text: HumanText) -> bool:
        """Keep it where the section stands at the version before. False: somebody was faster."""
        new = {"version": text.version, "text": text.text, "base": text.base, "by": text.by, "at": text.at}
        if text.version == 1:
            row = {"incident_id": incident_id, "section": text.section, **new}
            return await self._done(ADD[self._database.dialect], row)
        at = {"of_id": incident_id, "of_section": text.section, "of_version": text.version - 1}
        return await self._done(CHANGE, at | {f"new_{name}": value for name, value in new.items()})

    async def forget(self, incident_id: str, section: str, *, version: int) -> bool:
        """Go back to what is generated, where the section stands at this version. False: somebody was faster."""
        at = {"of_id": incident_id, "of_section": section, "of_version": version}
        return await self._done(FORGET, at)

    async def _done(self, statement: Any, parameters: Mapping[str, object]) -> bool:
        async with self._database.writing() as connection:
            return (await connection.execute(statement, dict(parameters))).scalar_one_or_none() is not None
