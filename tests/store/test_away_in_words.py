"""How a database that is away is told of: a damaged file in one sentence, a driver's words without hosts and users."""

from pathlib import Path

import pytest
from sqlalchemy import make_url

from incidentbot.clock import StillClock
from incidentbot.flows.ports import StoreAway
from incidentbot.store.engines.driver_words import without_addresses
from incidentbot.store.engines.engine import open_store
from tests.store.samples import an_incident, keep

on_postgres = pytest.mark.parametrize("database_url", ["postgres"], indirect=True)


@pytest.mark.parametrize("begins", [b"no database", b"SQLite format 3\0"], ids=["foreign", "torn"])
async def test_a_file_that_is_damaged_is_said_to_be_and_what_to_do(
    tmp_path: Path, clock: StillClock, begins: bytes
) -> None:
    path = tmp_path / "incidentbot.db"
    async with open_store(f"sqlite:///{path}", clock) as store:
        await keep(store)
    whole = path.read_bytes()
    path.write_bytes(
        begins + b"\xff" * len(whole) if begins == b"no database" else whole[:4096] + b"\xff" * 9000
    )

    async def served() -> None:
        async with open_store(f"sqlite:///{path}", clock) as store:
            await keep(store, an_incident(8))

    with pytest.raises(StoreAway, match="is damaged, or no database: stop me, restore it from a backup"):
        await served()


@pytest.mark.parametrize(
    "said",
    [
        'connection to server at "10.1.2.3", port 5432 failed: FATAL: password authentication failed for user "payroll"',
        "failed to resolve host 'payroll.internal': [Errno -2] Name or service not known",
        'connection to server at "payroll.internal" (10.1.2.3), port 5432 failed: Connection refused',
        "host=10.1.2.3 user=payroll dbname=payroll: timeout expired",
        'connection is bad: no pg_hba.conf entry for host "fe80::1:2", user "payroll", database "payroll"',
    ],
)
def test_what_the_driver_says_is_passed_on_without_hosts_and_users(said: str) -> None:
    shown = without_addresses(said)

    assert not any(secret in shown for secret in ("payroll", "10.1.2.3", "fe80", "5432"))
    assert any(why in shown for why in ("authentication failed", "not known", "refused", "timeout", "pg_hba"))


@on_postgres
async def test_a_server_that_refuses_a_user_is_away_without_naming_them(
    database_url: str, clock: StillClock
) -> None:
    url = make_url(database_url).set(username="payroll")
    with pytest.raises(StoreAway) as away:
        await open_store(url.render_as_string(hide_password=False), clock).__aenter__()

    assert "payroll" not in str(away.value)
