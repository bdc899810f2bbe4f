"""What a command leaves set for those after it: an inner shell keeps what it sets to itself."""

import pytest

from incidentbot.core.runbooks.runbook import StepCommand
from incidentbot.documents.runbooks.inside.runbook_placeholders import Placeholders


@pytest.mark.parametrize(
    ("first", "left"),
    [
        ("( export POD=api; kubectl logs $POD )", ()),
        ("(POD=$(kubectl get pods -o name | head -1)\nkubectl logs $POD)", ()),
        ("bash -c 'POD=api; kubectl logs $POD'", ()),
        ('ssh host "export POD=api && kubectl logs $POD"', ()),
        ("export POD=api", ("POD",)),
        ("POD=$(kubectl get pods -o name | head -1)", ("POD",)),
        ('POD="$(kubectl get pods | head -1)"; ( cd /tmp; N=1 )', ("POD",)),
        ("PODS=(api web)", ("PODS",)),
        ('read -r -p "Which? " POD', ("POD",)),
    ],
)
def test_what_an_inner_shell_sets_is_asked_for_where_a_later_command_needs_it(
    first: str, left: tuple[str, ...]
) -> None:
    known = Placeholders()

    assert known.of([StepCommand(first)]) == ()
    asked = known.of([StepCommand("kubectl logs $POD $PODS $N")])
    assert asked == tuple(form for form in ("$POD", "$PODS", "$N") if form[1:] not in left)
