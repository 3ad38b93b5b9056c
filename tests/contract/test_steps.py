"""What every custody step must keep to, whatever it records."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any, get_args

import pytest

import app.custody.steps as room
from app.access.roles import Role
from app.actions.details import DetailsInvalidError, checked_details
from app.actions.scan_request import ASKED_BY_NAME, LAYER_ROLES, SLOT_OF
from app.barcodes.reading import Subject
from app.custody.bag import LIVE, TERMINAL, Kind, State
from app.custody.labels import ROLES, STATES
from app.custody.machine import NAMES_NOTHING
from app.custody.rules import RULES
from app.custody.step import POSSIBLE, Field, Step
from app.custody.steps import STEPS
from app.kit.texts import Text

KINDS_OF_FIELD = {"text", "integer", "boolean", "instant", "date", "choice", "texts", "digests", "objects"}
BEFORE_THE_MACHINE = {"unknown-therapy", "no-collection-awaited", "unknown-site", "label-already-used"}
NEVER_OFFLINE = {"enrolled", "allocated", "manufactured", "oos_stated", "released", "hold_lifted"}
BRINGS_CONTAINERS = {"allocated"}
ALIKE = {"Observation", "Patient"}
"""What is the same word in both languages."""
WARM = {State.THAWING, State.THAWED, State.ISSUED, State.INFUSING}
DONE_WITH = {State.INFUSED, State.CONSUMED, State.DESTROYED, State.RETURNED, State.LOST}
STARTS = {Kind.COLLECTION: State.EXPECTED, Kind.PRODUCT: State.ANNOUNCED}

# Who does it, who stands beside, and what must be scanned: the table of the domain, one line a step. A step that is
# added without its line fails the first test below.
PUI, EFS, WARD, MAKER = (
    {"pharmacist", "pharmacy_technician"},
    {"collection_nurse"},
    {"nurse", "physician"},
    {"manufacturer"},
)
EVERYBODY = set(ROLES)
AGREED: dict[str, tuple[set[str], set[str] | None, set[str]]] = {
    "enrolled": ({"coordinator"}, None, set()),
    "collected": (EFS, EFS | {"physician"}, {"bag", "patient"}),
    "labelled": (EFS | PUI, None, {"bag", "label"}),
    "counted": (PUI, None, {"dewar"}),
    "prepared": (PUI, PUI | WARD, {"bag"}),
    "followed_up": ({"physician"}, None, {"document"}),
    "packed": (EFS | MAKER | PUI, None, {"bag", "shipper"}),
    "handed_over": (EFS | MAKER | PUI | WARD | {"carrier"}, EFS | MAKER | PUI | WARD | {"carrier"}, set()),
    "received": (PUI | MAKER, PUI | MAKER, {"shipper", "bag"}),
    "manufactured": (MAKER, None, {"bag"}),
    "allocated": (MAKER, None, {"document"}),
    "oos_stated": (MAKER | {"physician", "pharmacist", "quality"}, None, {"bag"}),
    "released": (MAKER, None, {"bag"}),
    "inspected": ({"pharmacist"}, PUI, {"bag"}),
    "stored": (PUI | EFS, PUI | EFS, {"bag", "position"}),
    "moved": (PUI | EFS, PUI | EFS, {"bag", "position"}),
    "relocated": (PUI, PUI, {"dewar"}),
    "retrieved": (PUI | EFS, PUI | EFS, {"bag", "position"}),
    "thaw_started": (PUI, PUI | WARD, {"bag"}),
    "thaw_ended": (PUI, PUI | WARD, {"bag"}),
    "issued": ({"pharmacist"}, WARD, {"bag"}),
    "identified": (WARD, WARD, {"bag", "patient", "document"}),
    "infusion_started": (WARD, WARD, {"bag", "patient"}),
    "infusion_ended": (WARD, WARD, {"bag"}),
    "held": ({"pharmacist", "quality"}, PUI | WARD | {"quality"}, {"bag"}),
    "hold_lifted": ({"pharmacist", "quality"}, {"pharmacist", "quality", "physician"}, {"bag"}),
    "corrected": (EVERYBODY - {"carrier"}, EVERYBODY, {"bag"}),
    "observed": (EVERYBODY, None, {"bag"}),
    "destroyed": (PUI, PUI | {"quality"}, {"bag"}),
    "returned": (PUI, PUI | {"quality"}, {"bag", "shipper"}),
    "lost": (EVERYBODY, None, {"bag"}),
    "found": (PUI, PUI | {"quality"}, {"bag"}),
}


@pytest.fixture(params=list(STEPS), ids=lambda step: step.tag)
def step(request: pytest.FixtureRequest) -> Step:
    return request.param


def test_a_step_is_done_by_whom_and_with_what_was_agreed(step: Step) -> None:
    by, beside, scanned = AGREED[step.tag]
    assert step.roles == by
    assert (set(step.witness.roles) if step.witness is not None else None) == beside
    assert {slot.role for slot in step.slots if slot.required} == scanned


def test_a_step_lives_in_the_file_of_its_tag(step: Step) -> None:
    folder = Path(str(room.__file__)).parent
    files = {file.stem for file in folder.glob("*.py")} - {"__init__"}
    assert files == {one.tag for one in STEPS}
    assert f'tag="{step.tag}"' in (folder / f"{step.tag}.py").read_text(encoding="utf-8")


def test_every_text_is_there_in_both_languages(step: Step) -> None:
    for text in texts(step):
        if text == step.hint == Text("", ""):
            continue
        assert text.fr.strip()
        assert text.en.strip()
        assert text.fr != text.en or text.fr in ALIKE


def test_a_label_fits_a_button(step: Step) -> None:
    assert len(step.labels.fr) <= 30
    assert len(step.labels.en) <= 30
    assert not step.labels.fr.endswith(".")


def test_the_shown_examples_are_what_may_be_sent(step: Step) -> None:
    required = [one for one in every_field(step.fields) if one.required]
    assert all(one.example is not None for one in required)
    examples = {one.name: one.example for one in step.fields if one.example is not None}
    assert checked_details(step.fields, examples).keys() == examples.keys()


def test_what_must_be_stated_is_asked_for(step: Step) -> None:
    for one in (field for field in step.fields if field.required):
        others = {other.name: other.example for other in step.fields if other.example is not None and other is not one}
        with pytest.raises(DetailsInvalidError) as invalid:
            checked_details(step.fields, others)
        assert invalid.value.faults == {one.name: "missing"}


def test_a_field_is_of_a_known_kind_and_named_once(step: Step) -> None:
    assert len({one.name for one in step.fields}) == len(step.fields)
    for one in every_field(step.fields):
        assert one.kind in KINDS_OF_FIELD
        assert bool(one.choices) is (one.kind == "choice")
        assert bool(one.fields) is (one.kind == "objects")
        assert one.unit is None or one.kind == "integer"
        if one.kind == "integer":
            assert one.minimum is not None
            assert one.maximum is not None
            assert one.minimum < one.maximum
        if one.kind == "text":
            assert one.maximum


def test_free_text_may_hold_a_name_and_is_kept_apart(step: Step) -> None:
    for one in step.fields:
        if one.kind == "text" and (one.maximum or 0) > 100:
            assert one.private


def test_roles_are_roles_and_never_those_that_only_look_or_administer(step: Step) -> None:
    held = step.roles | (step.witness.roles if step.witness is not None else frozenset())
    assert held <= {role.value for role in Role}
    assert not held & {Role.ADMIN.value, Role.AUDITOR.value}
    assert held <= ROLES.keys()
    assert step.roles


def test_slots_are_those_a_symbol_can_fill(step: Step) -> None:
    assert len({slot.role for slot in step.slots}) == len(step.slots)
    for slot in step.slots:
        # What a label stands for is told by the symbol itself; which paper or wrapping it is on, only by the caller.
        assert slot.role in (NAMES_NOTHING.keys() & {*SLOT_OF.values(), *ASKED_BY_NAME}) | set(LAYER_ROLES)
        assert not slot.required or slot.role in NAMES_NOTHING
        assert slot.subject in get_args(Subject)
        assert not slot.new or step.tag == "collected"


def test_moves_lead_between_states_that_can_exist(step: Step) -> None:
    assert bool(step.moves) is (step.subject == "bag")
    starts = [(move.kind, move.before) for move in step.moves]
    assert len(set(starts)) == len(starts)
    for move in step.moves:
        assert {move.before, move.after} <= POSSIBLE[move.kind]
        assert step.after(move.kind.value, move.before.value) == move.after
    assert step.after("product", "nowhere") is None


def test_no_move_leads_out_of_an_end_or_from_a_thaw_to_the_cold(step: Step) -> None:
    for move in step.moves:
        if move.before in TERMINAL:
            assert move.after == move.before
        if move.before in WARM:
            assert move.after in WARM | DONE_WITH
        if move.before == State.LOST:
            assert move.after == State.LOST  # ``found`` gives back the state the bag had, and no other


def test_a_step_names_every_rule_its_checks_can_break_and_no_other(step: Step) -> None:
    broken = {code for check in step.checks for code in codes_of(check)}
    if "infusion-late" in broken:
        at_the_end = step.tag == "infusion_ended"
        broken -= {"timer-overdue", "timer-overdue-unconfirmed"} if at_the_end else {"infusion-late"}
    unresolved = {NAMES_NOTHING[slot.role] for slot in step.slots if slot.role in NAMES_NOTHING.keys() - {"bag"}}
    assert set(step.rules) <= {rule.tag for rule in RULES}
    assert len(set(step.rules)) == len(step.rules)
    assert broken | unresolved <= set(step.rules)
    assert set(step.rules) <= broken | unresolved | BEFORE_THE_MACHINE


def test_a_step_says_how_it_reads_in_epcis(step: Step) -> None:
    assert step.epcis.event in {"ObjectEvent", "AggregationEvent", "TransformationEvent", "none"}
    assert step.epcis.action in {"ADD", "OBSERVE", "DELETE"}
    assert step.epcis.biz_step.strip()
    assert step.epcis.disposition is None or step.epcis.disposition.strip()
    # What happens to a therapy happens to no container, unless containers begin to exist for it.
    assert (step.epcis.event == "none") is (step.subject == "therapy" and step.tag not in BRINGS_CONTAINERS)


def test_a_step_waits_for_the_network_only_where_that_was_said(step: Step) -> None:
    assert step.offline is (step.tag not in NEVER_OFFLINE)


def test_what_is_loaded_for_a_step_is_something_that_can_be_loaded(step: Step) -> None:
    assert step.context <= {"therapy", "dose", "shipment", "components"}
    assert step.subject in {"bag", "therapy", "dewar"}


def test_a_tag_is_words_that_a_url_can_carry(step: Step) -> None:
    assert step.tag.isascii()
    assert step.tag.replace("_", "").isalpha()
    assert step.tag == step.tag.lower()


def test_every_state_is_named_and_reached_from_the_first_one() -> None:
    assert set(STATES) == set(State)
    assert POSSIBLE[Kind.COLLECTION] | POSSIBLE[Kind.PRODUCT] == set(State)
    for kind, start in STARTS.items():
        reached = {start}
        while found := {move.after for move in all_moves(kind) if move.before in reached} - reached:
            reached |= found
        assert reached == POSSIBLE[kind]


def test_from_every_live_state_something_may_follow() -> None:
    for kind in Kind:
        for state in POSSIBLE[kind] & LIVE:
            assert any(move.before == state != move.after for move in all_moves(kind))


def all_moves(kind: Kind) -> list[Any]:
    return [move for step in STEPS for move in step.moves if move.kind is kind]


def every_field(given: tuple[Field, ...]) -> Iterator[Field]:
    for one in given:
        yield one
        yield from every_field(one.fields)


def texts(value: object) -> Iterator[Text]:
    """Go through every text a value holds, however deep."""
    if isinstance(value, Text):
        yield value
    elif isinstance(value, tuple):
        for inner in value:
            yield from texts(inner)
    elif is_dataclass(value):
        for field in fields(value):
            yield from texts(getattr(value, field.name))


def codes_of(check: Callable[..., Any]) -> set[str]:
    """The rules a check can name: constants of its code, of what it closes over and of the functions it calls."""
    found: set[str] = set()
    seen: set[object] = set()
    waiting: list[object] = [check]
    while waiting:
        one = waiting.pop()
        if not isinstance(one, FunctionType) or one in seen or not one.__module__.startswith("app.custody"):
            continue
        seen.add(one)
        waiting.extend(cell.cell_contents for cell in one.__closure__ or ())
        for code in nested(one.__code__):
            found |= {constant for constant in code.co_consts if isinstance(constant, str) and constant in RULES}
            waiting.extend(one.__globals__.get(name) for name in code.co_names)
    return found


def nested(code: CodeType) -> Iterator[CodeType]:
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from nested(constant)
