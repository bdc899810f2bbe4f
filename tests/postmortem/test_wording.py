"""Nobody is named and no secret is told: people appear by role, markup as plain text."""

from incidentbot.core.facts import FactKind
from incidentbot.core.postmortems.postmortem import build_draft
from incidentbot.core.postmortems.postmortem_types import Draft
from incidentbot.core.text.redaction import Ips
from tests.postmortem.samples import fact, incident, said, small_talk


def texts(draft: Draft) -> list[str]:
    return [row.text for row in draft.timeline]


def test_people_appear_by_role() -> None:
    draft = build_draft(
        incident(
            *small_talk(),
            fact(FactKind.DECLARED, 0, "<@U1> declared P1", by="U1"),
            fact(FactKind.ROLE_TAKEN, 1, "<@U2> is the lead.", by="U2", role="lead", who="U2"),
            said(2, "rolled back as <@U2|ana> said, thanks <@U7>", by="U3", pinned=True),
            said(3, "Bo Jensen restarted it, @bo jensen knows", by="U2", pinned=True),
            names={"U3": "Bo Jensen"},
        )
    )
    body = "\n".join(texts(draft))

    assert "incident lead is the lead." in body
    assert 'responder 2: "rolled back as incident lead said, thanks someone"' in body
    assert 'incident lead: "responder 2 restarted it, responder 2 knows"' in body
    assert "U2" not in body
    assert draft.roster["U2"] == "incident lead"
    assert draft.roles[0].holder == "incident lead"


def test_two_people_who_held_one_role_are_told_apart() -> None:
    draft = build_draft(
        incident(
            fact(FactKind.ROLE_TAKEN, 1, "<@U1> leads.", role="lead", who="U1"),
            fact(FactKind.ROLE_TAKEN, 9, "<@U2> leads.", role="lead", who="U2"),
        )
    )

    assert texts(draft) == ["incident lead leads.", "incident lead 2 leads."]


def test_slacks_markup_becomes_plain_text() -> None:
    text = "rolled back <https://ci.acme.io/pull/7|the bump>, see <#C9|ops>, &lt;b&gt; &amp; <!here> <!subteam^S1|@db>"
    draft = build_draft(incident(*small_talk(), said(1, text, pinned=True)))

    assert texts(draft) == [
        'responder 2: "rolled back the bump (https://ci.acme.io/pull/7), see #ops, <b> & @here @db"'
    ]


def test_a_secret_is_taken_out_before_anything_is_cut() -> None:
    text = "restarted with " + "x" * 100 + " password=Tr0ub4dor-and-much-more-of-the-same-secret"
    draft = build_draft(
        incident(
            *small_talk(),
            fact(FactKind.NOTED, 1, "mail ana@example.org from 10.0.0.1"),
            said(2, text, pinned=True),
            title="token=abc123 leaked for Acme",
            customers=("Acme",),
            ips=Ips.REDACT,
        )
    )
    body = " ".join((draft.title, *texts(draft)))

    assert "Tr0ub4dor" not in body
    assert "abc123" not in body
    assert "[redacted:customer]" in draft.title
    assert "mail [redacted:email] from [redacted:ip]" in body
    assert draft.coverage.redacted == {"secret": 2, "email": 1, "ip": 1, "customer": 1}
