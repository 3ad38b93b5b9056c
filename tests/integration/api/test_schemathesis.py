"""The served contract against the service itself: what the document promises is what is answered, role by role.

``GIVRE_SCHEMATHESIS_EXAMPLES`` (default 2) is how many generated messages each role sends to each operation; from 20
on, every role also goes through the boundary cases of every operation, and sequences of operations are tried: some ten
minutes a database, so it needs ``-o faulthandler_timeout=0``.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

import pytest
import schemathesis
from hypothesis import strategies as st
from schemathesis import CheckContext
from schemathesis.config import SchemathesisConfig
from schemathesis.core.transport import Response
from schemathesis.engine import events, from_schema
from schemathesis.generation.case import Case
from schemathesis.generation.modes import GenerationMode
from starlette.types import ASGIApp, Receive, Scope, Send

from app.access.policy import ANYONE, POLICY, SIGNED_IN, Rule
from app.access.roles import Role
from app.kit.ids import new_id
from tests.hospital import Hospital

EXAMPLES = int(os.environ.get("GIVRE_SCHEMATHESIS_EXAMPLES", "2"))
DEEP = EXAMPLES >= 20
LOGOUT = "/api/v1/auth/logout"
NOT_IN_THE_DOCUMENT = {"/api/v1/openapi.json"}
LOGINS = {
    Role.PHARMACIST: "pharm1",
    Role.COORDINATOR: "coord1",
    Role.ADMIN: "admin1",
    Role.MANUFACTURER: "kite1",
    Role.QUALITY: "quality1",
    Role.AUDITOR: "auditor1",
    Role.CARRIER: "carrier1",
    Role.COLLECTION_NURSE: "efs1",
    Role.PHARMACY_TECHNICIAN: "tech1",
    Role.NURSE: "nurse1",
    Role.PHYSICIAN: "doctor1",
    Role.BIOLOGIST: "biologist1",
}

# The contract says which years an instant may lie in; the generator's own knows all of them.
schemathesis.openapi.format(
    "date-time",
    st.builds(
        "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}{}".format,
        st.integers(2000, 2199),
        st.integers(1, 12),
        st.integers(1, 28),
        st.integers(0, 23),
        st.integers(0, 59),
        st.integers(0, 59),
        st.sampled_from(["Z", "+01:00", "-11:30", ".5Z", ".123456+02:00"]),
    ),
)


@schemathesis.check
def a_message_that_fits_the_document_can_be_read(ctx: CheckContext, response: Response, case: Case) -> None:
    """A 422 tells apart "not the shape we documented" from "a shape we know, but nothing we can record"."""
    generated = case.meta.generation.mode if case.meta is not None else None
    if generated is GenerationMode.POSITIVE and response.status_code == 422:
        assert response.json()["code"] != "request-invalid", response.text


@dataclass
class Summary:
    """What a run did, and everything it found."""

    cases: Counter[str] = field(default_factory=Counter)
    checks: Counter[str] = field(default_factory=Counter)
    found: dict[tuple[str, str, str], str] = field(default_factory=dict)


def rules_of(role: Role | None) -> list[Rule]:
    documented = [rule for rule in POLICY if rule.path not in NOT_IN_THE_DOCUMENT]
    if role is None:
        return [rule for rule in documented if rule.roles is ANYONE]
    return [rule for rule in documented if rule.roles is SIGNED_IN or (rule.roles is not ANYONE and role in rule.roles)]


def documented_path(rule: Rule) -> str:
    """Return a route's path as the document writes it: ``{path}`` where the framework says ``{path:path}``."""
    return re.sub(r":\w+\}", "}", rule.path)


def explored(
    hospital: Hospital, role: Role | None, rules: Iterable[Rule], phases: Sequence[str], into: Summary
) -> None:
    """Let schemathesis call these operations as somebody of that role."""
    wanted = {(rule.method, documented_path(rule)) for rule in rules}
    ending = {one for one in wanted if one[1] == LOGOUT}
    for some in (wanted - ending, ending):  # signing out ends the session the other operations need
        if some:
            _explored(hospital.api, bearer(hospital, role), some, phases, into)


def bearer(hospital: Hospital, role: Role | None) -> dict[str, str]:
    """Return the header of a new session of somebody of that role; none for nobody."""
    if role is None:
        return {}
    login = LOGINS[role]
    hospital.people[login] = replace(hospital.people[login], session_id=new_id())
    return {"Authorization": f"Bearer {hospital.token(login)}"}


def _explored(
    api: ASGIApp, headers: dict[str, str], wanted: set[tuple[str, str]], phases: Sequence[str], into: Summary
) -> None:
    config = SchemathesisConfig.from_dict(
        {
            "headers": headers,
            "continue-on-failure": True,
            "generation": {"max-examples": EXAMPLES, "deterministic": not DEEP, "no-shrink": True},
            "phases": {name: {"enabled": name in phases} for name in ("examples", "coverage", "fuzzing", "stateful")},
            # 422 is also what a well-formed message hears that makes no sense (a label that is no shipper's, an
            # unknown step). That it is not a 422 about its form is what the check above adds.
            "checks": {
                "positive_data_acceptance": {
                    "expected-statuses": ["2xx", "3xx", "401", "403", "404", "409", "422", "429", "5xx"]
                }
            },
        }
    )
    schema = schemathesis.openapi.from_asgi("/api/v1/openapi.json", api, config=config)
    chosen = schema.include(lambda context: (context.operation.method.upper(), context.operation.path) in wanted)
    for event in from_schema(chosen).execute():
        if isinstance(event, events.ScenarioFinished):
            into.cases[event.recorder.label] += len(event.recorder.cases)
            for case_id, checks in event.recorder.checks.items():
                for check in checks:
                    into.checks[check.name] += 1
                    if check.failure_info is not None:
                        failure = check.failure_info.failure
                        interaction = event.recorder.interactions[case_id]
                        into.found.setdefault(
                            (event.recorder.label, check.name, failure.title),
                            f"{failure.message}\n{interaction.request.uri}\n{interaction.request.body!r}\n"
                            f"{interaction.response.status_code if interaction.response else None} "
                            f"{interaction.response.content[:500] if interaction.response else None!r}",
                        )
        elif isinstance(event, (events.NonFatalError, events.FatalError)):
            into.found[type(event).__name__, str(getattr(event, "label", "")), ""] = str(vars(event))


def told(summary: Summary) -> str:
    return "\n\n".join(f"{key}\n{text}" for key, text in summary.found.items())


@pytest.fixture
def stocked(hospital: Hospital) -> Hospital:
    """Give the operations something to find."""
    hospital.enrol().to_store()
    hospital.enrol(product="kymriah", maker="novartis").collected()
    return hospital


def test_every_operation_answers_every_role_as_documented(stocked: Hospital) -> None:
    boundaries, generated = Summary(), Summary()

    remaining = dict.fromkeys(rule for rule in POLICY if rule.path not in NOT_IN_THE_DOCUMENT)
    for role in (None, *LOGINS):
        mine = rules_of(role)
        explored(stocked, role, mine, ["fuzzing", *(["stateful"] if DEEP else [])], generated)
        # What is at the edge of a message's form does not depend on who sends it: once is enough, unless there is time.
        explored(stocked, role, [one for one in mine if one in remaining or DEEP], ["examples", "coverage"], boundaries)
        for rule in mine:
            remaining.pop(rule, None)

    assert not boundaries.found | generated.found, told(boundaries) + told(generated)
    documented = {f"{rule.method} {documented_path(rule)}" for rule in POLICY if rule.path not in NOT_IN_THE_DOCUMENT}
    assert set(boundaries.cases) == documented
    assert {"ignored_auth", "unsupported_method", "response_schema_conformance"} <= set(boundaries.checks)
    for name, summary in (("boundaries", boundaries), ("generated", generated)):
        said = f"{len(summary.cases)} operations, {summary.cases.total()} cases, {summary.checks.total()} checks"
        print(f"{name}: {said}")  # noqa: T201  # for the note of a release


def test_a_door_that_stands_open_although_the_document_calls_it_closed_would_be_found(house: Hospital) -> None:
    token = bearer(house, Role.PHARMACIST)

    async def doorkeeper(scope: Scope, receive: Receive, send: Send) -> None:
        """Lend everybody a token."""
        if scope["type"] == "http":
            others = [one for one in scope["headers"] if one[0] != b"authorization"]
            scope = {**scope, "headers": [*others, (b"authorization", token["Authorization"].encode())]}
        await house.api(scope, receive, send)

    summary = Summary()
    _explored(doorkeeper, token, {("GET", "/api/v1/profiles")}, ["coverage"], summary)

    assert {(operation, check) for operation, check, _ in summary.found} == {("GET /api/v1/profiles", "ignored_auth")}
