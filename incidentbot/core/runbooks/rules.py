"""Which rule answers which command about a run. A table."""

from collections.abc import Callable, Mapping
from typing import Any

from incidentbot.core.decision import Decision
from incidentbot.core.runbooks import ending, filling, hands, picking, run_commands, walk, ways

RUN_RULES: Mapping[type[Any], Callable[..., Decision]] = {
    run_commands.StartRun: walk.start,
    run_commands.PickSection: picking.pick_section,
    run_commands.FinishStep: walk.finish_step,
    run_commands.TakeBranch: ways.take_branch,
    run_commands.TakeWay: ways.take_way,
    run_commands.GoToStep: ways.go_to,
    run_commands.StepBack: walk.step_back,
    run_commands.StopRun: walk.stop,
    run_commands.ResumeRun: walk.resume,
    run_commands.SetValues: filling.set_values,
    run_commands.TickBoxes: hands.tick_boxes,
    run_commands.AssignStep: hands.assign_step,
    run_commands.NoteStep: hands.note_step,
    run_commands.SayWorked: ending.say_worked,
    run_commands.UseNewer: ending.use_newer,
}
