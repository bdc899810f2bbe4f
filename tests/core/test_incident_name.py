"""How an incident is named is read the same at the shell, in Slack and in an address."""

import pytest

from incidentbot.core.text.incident_name import number_of


@pytest.mark.parametrize("name", ["INC-7", "inc-7", "inc7", "7", "INC-007", " Inc-7 "])
def test_each_way_to_name_an_incident_is_its_number(name: str) -> None:
    assert number_of(name) == 7


@pytest.mark.parametrize("text", ["", "INC", "INC-", "INC--7", "7 hosts", "INC-7x", "-7", "٧"])
def test_what_names_no_incident_is_none(text: str) -> None:
    assert number_of(text) is None


@pytest.mark.parametrize("name", ["INC-1234567890", "9" * 5000])
def test_a_number_no_incident_will_ever_have_is_one_under_which_nothing_is_found(name: str) -> None:
    assert number_of(name) == 10**9


def test_zeros_before_a_number_do_not_make_it_longer() -> None:
    assert number_of("INC-" + "0" * 20 + "7") == 7
