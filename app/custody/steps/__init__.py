"""Every step, one line each, in the order of a bag's life."""

from __future__ import annotations

from app.custody.step import Step
from app.custody.steps.allocated import ALLOCATED
from app.custody.steps.collected import COLLECTED
from app.custody.steps.corrected import CORRECTED
from app.custody.steps.counted import COUNTED
from app.custody.steps.destroyed import DESTROYED
from app.custody.steps.enrolled import ENROLLED
from app.custody.steps.followed_up import FOLLOWED_UP
from app.custody.steps.found import FOUND
from app.custody.steps.handed_over import HANDED_OVER
from app.custody.steps.held import HELD
from app.custody.steps.hold_lifted import HOLD_LIFTED
from app.custody.steps.identified import IDENTIFIED
from app.custody.steps.infusion_ended import INFUSION_ENDED
from app.custody.steps.infusion_started import INFUSION_STARTED
from app.custody.steps.inspected import INSPECTED
from app.custody.steps.issued import ISSUED
from app.custody.steps.labelled import LABELLED
from app.custody.steps.lost import LOST
from app.custody.steps.manufactured import MANUFACTURED
from app.custody.steps.moved import MOVED
from app.custody.steps.observed import OBSERVED
from app.custody.steps.oos_stated import OOS_STATED
from app.custody.steps.packed import PACKED
from app.custody.steps.prepared import PREPARED
from app.custody.steps.received import RECEIVED
from app.custody.steps.released import RELEASED
from app.custody.steps.relocated import RELOCATED
from app.custody.steps.retrieved import RETRIEVED
from app.custody.steps.returned import RETURNED
from app.custody.steps.stored import STORED
from app.custody.steps.thaw_ended import THAW_ENDED
from app.custody.steps.thaw_started import THAW_STARTED
from app.kit.registry import Registry

STEPS: Registry[Step] = Registry(
    "custody step",
    (
        ENROLLED,
        COLLECTED,
        PACKED,
        HANDED_OVER,
        RECEIVED,
        MANUFACTURED,
        ALLOCATED,
        OOS_STATED,
        RELEASED,
        INSPECTED,
        STORED,
        MOVED,
        RELOCATED,
        COUNTED,
        RETRIEVED,
        THAW_STARTED,
        THAW_ENDED,
        PREPARED,
        ISSUED,
        IDENTIFIED,
        INFUSION_STARTED,
        INFUSION_ENDED,
        FOLLOWED_UP,
        HELD,
        HOLD_LIFTED,
        LABELLED,
        CORRECTED,
        OBSERVED,
        DESTROYED,
        RETURNED,
        LOST,
        FOUND,
    ),
)
