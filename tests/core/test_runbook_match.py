"""Which runbook is offered first, and why."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from incidentbot.core.runbooks.runbook_match import Entry, Query, is_clear, rank, words_of

KAFKA = Entry(
    "kafka-outage.md",
    "Kafka outage",
    "kafka-outage",
    triggers=("KafkaBrokerDown", "kafka_under-replicated"),
    services=("kafka", "im-service"),
    tags=("queue",),
    severities=("P0",),
    headings=("Diagnosis", "Elect a leader"),
)
ALERT = Entry("alerts/KubeAPIDown.md", "Kube API is down", "KubeAPIDown", severities=("P1",))
SCALE = Entry(
    "scale-up.md", "Scale the cluster up", "scale-up", tags=("capacity", "kafka"), headings=("Add nodes",)
)
INDEX = (SCALE, KAFKA, ALERT)


def best(query: Query) -> tuple[str, str]:
    match = rank(query, INDEX)[0]
    return match.path, match.reason


def test_the_files_own_name_comes_first_whatever_its_case_and_dashes() -> None:
    assert best(Query(alert="kube-api_down")) == (
        "alerts/KubeAPIDown.md",
        "The file is named after KubeAPIDown.",
    )
    assert best(Query(words="Kube API Down"))[0] == "alerts/KubeAPIDown.md"


def test_a_trigger_is_as_good_as_a_name() -> None:
    assert best(Query(alert="KafkaUnderReplicated")) == (
        "kafka-outage.md",
        "Its triggers name kafka_under-replicated.",
    )


def test_an_exact_name_outweighs_every_other_fit() -> None:
    query = Query(words="kafka queue outage leader", alert="KubeAPIDown", service="kafka", severity="P0")

    assert best(query)[0] == "alerts/KubeAPIDown.md"


def test_a_service_comes_before_a_tag() -> None:
    assert [match.path for match in rank(Query(service="kafka"), INDEX)] == ["kafka-outage.md", "scale-up.md"]
    assert best(Query(words="something about kafka")) == ("kafka-outage.md", "It is about the service kafka.")


def test_title_words_weigh_more_than_headings() -> None:
    assert best(Query(words="please scale the nodes")) == ("scale-up.md", "Its title shares the word scale.")
    assert best(Query(words="elect")) == ("kafka-outage.md", "Its headings share the word elect.")


def test_severity_breaks_ties_and_alone_is_a_weak_reason() -> None:
    assert best(Query(severity="p1")) == ("alerts/KubeAPIDown.md", "It is written for P1.")


def test_what_does_not_fit_is_left_out() -> None:
    assert rank(Query(words="the zebra is not here"), INDEX) == []
    assert rank(Query(), INDEX) == []
    assert Query(words="  ").empty


def test_words_are_split_at_capitals_and_plurals_are_folded() -> None:
    assert words_of("KubeAPIDown of the Pods") == {"kube", "api", "pod"}


@given(st.text(max_size=60), st.text(max_size=20), st.permutations(INDEX))
def test_the_order_of_the_index_never_matters(words: str, alert: str, index: list[Entry]) -> None:
    found = rank(Query(words=words, alert=alert), index)

    assert found == rank(Query(words=words, alert=alert), INDEX)
    assert all(match.score > 0 and match.reason.endswith(".") for match in found)


def test_what_shares_a_name_a_label_or_much_of_its_title_and_is_far_ahead_is_clear() -> None:
    for words in ("kube-api_down", "kafka under replicated", "kube api", "elect a leader for kafka"):
        assert is_clear(rank(Query(words=words), INDEX)), words


def test_headings_alone_one_word_of_many_or_a_second_that_fits_as_well_are_not() -> None:
    down = replace(SCALE, path="scale-down.md", title="Scale the cluster down", stem="scale-down")
    for words in ("elect a leader", "scale my old pictures", "please tell marta something about kafka"):
        assert not is_clear(rank(Query(words=words), INDEX)), words
    assert is_clear(rank(Query(words="scale the cluster"), INDEX))
    assert not is_clear(rank(Query(words="scale the cluster"), (*INDEX, down)))
    assert not is_clear([])
