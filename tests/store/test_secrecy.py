"""What people wrote is no part of what the database's errors say: errors are logged."""

import traceback

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from incidentbot.store.engines.engine import connect
from incidentbot.store.store import SqlStore
from tests.store.samples import keep

SECRET = {"title": "Payroll of the board"}
NO_NUMBER = "INSERT INTO requests (key, incident_id, number, reply, at) VALUES ('1', '1', NULL, :title, NULL)"


@pytest.mark.parametrize("door", ["writing", "reading", "scanning"])
async def test_what_a_failed_statement_says_holds_none_of_its_parameters(
    database_url: str, door: str
) -> None:
    database = connect(database_url)
    try:
        with pytest.raises(DBAPIError) as told:
            async with getattr(database, door)() as connection:
                await connection.execute(text("SELECT nothing FROM nowhere WHERE title = :title"), SECRET)
    finally:
        await database.close()

    assert "nowhere" in _logged(told.value)
    assert SECRET["title"] not in _logged(told.value)


async def test_what_a_refused_row_held_is_not_said(store: SqlStore, database_url: str) -> None:
    database = connect(database_url)
    try:
        with pytest.raises(DBAPIError, match="number") as told:
            async with database.writing() as connection:
                await connection.execute(text(NO_NUMBER), SECRET)
    finally:
        await database.close()

    assert SECRET["title"] not in _logged(told.value)
    assert (await keep(store)).version == 1


def _logged(error: BaseException) -> str:
    """As a log shows it, with all that led to it."""
    return "".join(traceback.format_exception(error))
