from __future__ import annotations

import pytest

from app.access.policy import ANYONE, POLICY, SIGNED_IN, allowed
from app.access.roles import CLINICAL, Role

NOBODY = None
NO_ROLE: frozenset[Role] = frozenset()
BY_ROUTE = {f"{rule.method} {rule.path}": rule for rule in POLICY}

PUSHED = "POST /api/v1/dewars/{dewar_id}/readings"
"""A probe has a credential of its own, and holds no role."""
OPEN_ROUTES = {
    PUSHED,
    "GET /",
    "GET /app/{path:path}",
    "GET /trust",
    "GET /trust/authority.crt",
    "GET /verify",
    "GET /verify/{file}",
    "POST /api/v1/auth/token",
    "POST /api/v1/auth/refresh",
    "POST /api/v1/auth/switch",
    "GET /.well-known/jwks.json",
    "GET /api/v1/stream",
    "GET /healthz",
    "GET /readyz",
    "GET /api/v1/openapi.json",
    "GET /api/v1/ledger/keys",
    "GET /api/v1/logs",
    *(
        f"GET /api/v1/{prefix}/{path}"
        for prefix in ("ledger", "logs/{log}")
        for path in (
            "checkpoint",
            "tile/{path:path}",
            "entries/{index}",
            "proof/inclusion",
            "proof/consistency",
            "cosignatures",
            "policy",
        )
    ),
}
SIGNED_IN_ROUTES = {
    "GET /api/v1/alarms/kinds",
    "POST /api/v1/auth/logout",
    "GET /api/v1/steps",
    "GET /api/v1/competences",
    "GET /api/v1/profiles",
    "GET /api/v1/profiles/{tag}/{version}",
    "GET /api/v1/sites",
    "GET /api/v1/scan-profiles",
}
PATIENT_DATA = ("/api/v1/therapies", "/api/v1/patients", "/api/v1/bags", "/api/v1/shipments", "/api/v1/dewars")
CARE = CLINICAL | {Role.COORDINATOR}
RECORDERS = CARE | {Role.CARRIER, Role.MANUFACTURER, Role.QUALITY}
OBSERVERS = CARE | {Role.QUALITY, Role.AUDITOR}
SENDERS = {
    Role.COLLECTION_NURSE,
    Role.PHARMACIST,
    Role.PHARMACY_TECHNICIAN,
    Role.MANUFACTURER,
    Role.COORDINATOR,
}
REVIEWERS = {Role.QUALITY, Role.PHARMACIST, Role.COORDINATOR, Role.AUDITOR}
JUDGES = {Role.QUALITY, Role.PHARMACIST}
ROLES_BY_ROUTE = {
    "POST /api/v1/auth/witness": RECORDERS,
    "POST /api/v1/auth/witness/challenge": RECORDERS,
    "POST /api/v1/auth/witness/passkey": RECORDERS,
    "GET /api/v1/auth/passkeys": RECORDERS,
    "POST /api/v1/auth/passkeys": RECORDERS,
    "POST /api/v1/auth/passkeys/options": RECORDERS,
    "POST /api/v1/auth/passkeys/{passkey_id}/removal": RECORDERS,
    "GET /metrics": {Role.ADMIN, Role.QUALITY},
    "POST /api/v1/scans": RECORDERS,
    "POST /api/v1/scans/batch": RECORDERS,
    "POST /api/v1/scans/read": RECORDERS | {Role.AUDITOR},
    "GET /api/v1/worklist": RECORDERS,
    "GET /api/v1/board": OBSERVERS,
    "POST /api/v1/stream/ticket": RECORDERS | {Role.AUDITOR},
    "GET /api/v1/device-chain": RECORDERS | {Role.AUDITOR},
    "POST /api/v1/device-chain/parked": RECORDERS,
    "GET /api/v1/countersignatures": RECORDERS,
    "POST /api/v1/countersignatures/{item_id}": RECORDERS,
    "GET /api/v1/quality/wrong-scans": REVIEWERS,
    "GET /api/v1/therapies": OBSERVERS | {Role.MANUFACTURER},
    "GET /api/v1/therapies/{therapy_id}": OBSERVERS | {Role.MANUFACTURER},
    "GET /api/v1/therapies/{therapy_id}/identity": CARE,
    "GET /api/v1/therapies/{therapy_id}/follow-ups": OBSERVERS,
    "GET /api/v1/patients/{patient_id}": OBSERVERS,
    "GET /api/v1/patients/{patient_id}/history": OBSERVERS,
    "POST /api/v1/patients/{patient_id}/traits": {Role.COORDINATOR},
    "POST /api/v1/patients/{patient_id}/merge": {Role.COORDINATOR, Role.QUALITY},
    "GET /api/v1/bags": OBSERVERS | {Role.MANUFACTURER, Role.CARRIER},
    "GET /api/v1/bags/{bag_id}": OBSERVERS | {Role.MANUFACTURER, Role.CARRIER},
    "POST /api/v1/attachments": RECORDERS,
    "GET /api/v1/bags/{bag_id}/attachments": OBSERVERS,
    "GET /api/v1/bags/{bag_id}/attachments/{sha256}": OBSERVERS - {Role.AUDITOR},
    "GET /api/v1/bags/{bag_id}/history": OBSERVERS | {Role.MANUFACTURER, Role.CARRIER},
    "GET /api/v1/bags/{bag_id}/evidence": OBSERVERS | {Role.MANUFACTURER},
    "GET /api/v1/bags/{bag_id}/report": OBSERVERS | {Role.MANUFACTURER},
    "GET /api/v1/therapies/{therapy_id}/report": OBSERVERS | {Role.MANUFACTURER},
    "GET /api/v1/erasures": REVIEWERS,
    "POST /api/v1/erasures": {Role.QUALITY},
    "GET /api/v1/reports": {Role.QUALITY, Role.AUDITOR},
    "GET /api/v1/reports/export": {Role.QUALITY, Role.AUDITOR},
    "GET /api/v1/bags/{bag_id}/custody": OBSERVERS | {Role.MANUFACTURER, Role.CARRIER},
    "GET /api/v1/labels/runs": SENDERS | {Role.QUALITY},
    "GET /api/v1/shipments": OBSERVERS | {Role.MANUFACTURER, Role.CARRIER},
    "POST /api/v1/shipments/{shipment_id}/temperature-files": RECORDERS,
    "GET /api/v1/shipments/{shipment_id}": OBSERVERS | {Role.MANUFACTURER, Role.CARRIER},
    "POST /api/v1/shipments": SENDERS,
    "GET /api/v1/dewars": OBSERVERS,
    "GET /api/v1/dewars/{dewar_id}": OBSERVERS,
    "GET /api/v1/dewars/{dewar_id}/map": OBSERVERS,
    "POST /api/v1/dewars": {Role.PHARMACIST},
    "POST /api/v1/dewars/{dewar_id}/changes": {Role.PHARMACIST, Role.QUALITY},
    "GET /api/v1/dewars/{dewar_id}/plan": OBSERVERS,
    "GET /api/v1/dewars/{dewar_id}/evacuation": OBSERVERS,
    "GET /api/v1/dewars/{dewar_id}/moves": OBSERVERS,
    "GET /api/v1/shippers": OBSERVERS,
    "POST /api/v1/shippers": {Role.PHARMACIST, Role.QUALITY},
    "GET /api/v1/shippers/{shipper_id}": OBSERVERS,
    "GET /api/v1/shippers/{shipper_id}/records": OBSERVERS,
    "POST /api/v1/shippers/{shipper_id}/records": {
        *(Role.PHARMACIST, Role.PHARMACY_TECHNICIAN, Role.QUALITY, Role.COLLECTION_NURSE)
    },
    "GET /api/v1/dewars/{dewar_id}/moves/plan": {Role.PHARMACIST, Role.PHARMACY_TECHNICIAN, Role.QUALITY},
    "POST /api/v1/dewars/{dewar_id}/moves": {Role.PHARMACIST, Role.PHARMACY_TECHNICIAN},
    "GET /api/v1/dewars/{dewar_id}/fills": OBSERVERS,
    "POST /api/v1/dewars/{dewar_id}/fills": {Role.PHARMACIST, Role.PHARMACY_TECHNICIAN},
    "GET /api/v1/dewars/{dewar_id}/upkeep": OBSERVERS,
    "POST /api/v1/dewars/{dewar_id}/upkeep": {Role.PHARMACIST, Role.QUALITY},
    "GET /api/v1/dewars/{dewar_id}/probes": OBSERVERS,
    "POST /api/v1/dewars/{dewar_id}/probes": {Role.PHARMACIST},
    "POST /api/v1/dewars/{dewar_id}/probes/{probe_id}/retirement": {Role.PHARMACIST},
    "GET /api/v1/dewars/{dewar_id}/curve": OBSERVERS,
    "GET /api/v1/shipments/{shipment_id}/curve": OBSERVERS | {Role.MANUFACTURER, Role.CARRIER},
    "GET /api/v1/bags/{bag_id}/exposure": OBSERVERS | {Role.MANUFACTURER, Role.CARRIER},
    "GET /api/v1/evaluations": REVIEWERS | {Role.PHYSICIAN, Role.MANUFACTURER},
    "GET /api/v1/evaluations/{evaluation_id}": REVIEWERS | {Role.PHYSICIAN, Role.MANUFACTURER},
    "POST /api/v1/evaluations/{evaluation_id}/answers": JUDGES | {Role.MANUFACTURER},
    "POST /api/v1/evaluations/{evaluation_id}/decisions": JUDGES,
    "GET /api/v1/alarms": OBSERVERS,
    "GET /api/v1/alarms/rules": OBSERVERS,
    "POST /api/v1/alarms/rules": {Role.PHARMACIST, Role.QUALITY},
    "GET /api/v1/alarms/tests": OBSERVERS,
    "POST /api/v1/alarms/tests": {Role.PHARMACIST, Role.PHARMACY_TECHNICIAN, Role.QUALITY},
    "GET /api/v1/alarms/contacts": {Role.PHARMACIST, Role.QUALITY},
    "POST /api/v1/alarms/contacts": {Role.PHARMACIST, Role.QUALITY},
    "POST /api/v1/alarms/contacts/{contact_id}/end": {Role.PHARMACIST, Role.QUALITY},
    "GET /api/v1/alarms/{alarm_id}": OBSERVERS,
    "POST /api/v1/alarms/{alarm_id}/acknowledgement": {
        Role.PHARMACIST,
        Role.PHARMACY_TECHNICIAN,
        Role.QUALITY,
    },
    "GET /api/v1/dewars/{dewar_id}/counts": OBSERVERS,
    "POST /api/v1/dewars/{dewar_id}/counts": {Role.PHARMACIST, Role.PHARMACY_TECHNICIAN},
    "POST /api/v1/labels": SENDERS,
    "POST /api/v1/profiles": {Role.PHARMACIST, Role.QUALITY},
    "POST /api/v1/profiles/{tag}/{version}/signature": {Role.PHARMACIST},
    "POST /api/v1/profiles/{tag}/{version}/withdrawal": {Role.PHARMACIST, Role.QUALITY},
    "POST /api/v1/scan-profiles": {Role.PHARMACIST},
    "POST /api/v1/scan-profiles/{tag}/withdrawal": {Role.PHARMACIST},
    "GET /api/v1/deviations": REVIEWERS,
    "GET /api/v1/deviations/{deviation_id}": REVIEWERS,
    "POST /api/v1/deviations/{deviation_id}/owner": JUDGES,
    "POST /api/v1/deviations/{deviation_id}/decision": JUDGES,
    "POST /api/v1/deviations/{deviation_id}/capa": JUDGES,
    "POST /api/v1/deviations/{deviation_id}/closure": {Role.QUALITY},
    "GET /api/v1/reviews": {Role.QUALITY, Role.AUDITOR},
    "POST /api/v1/reviews/{review_id}": {Role.QUALITY},
    "GET /api/v1/holds": OBSERVERS | {Role.MANUFACTURER, Role.CARRIER},
    "GET /api/v1/recalls": REVIEWERS | {Role.MANUFACTURER},
    "POST /api/v1/recalls": {Role.QUALITY, Role.MANUFACTURER},
    "GET /api/v1/settle": REVIEWERS,
    "GET /api/v1/settle/{settlement_id}": JUDGES,
    "POST /api/v1/settle/{settlement_id}": JUDGES,
    "POST /api/v1/sites": {Role.ADMIN},
    "GET /api/v1/organisations": {Role.ADMIN},
    "POST /api/v1/organisations": {Role.ADMIN},
    "POST /api/v1/auth/break-glass": CLINICAL,
    "GET /api/v1/reviews/{review_id}": {Role.QUALITY, Role.AUDITOR},
    "POST /api/v1/people/{person_id}/rights": {Role.ADMIN},
    "GET /api/v1/delegations": {
        Role.PHYSICIAN,
        Role.PHARMACIST,
        Role.QUALITY,
        Role.COORDINATOR,
        Role.AUDITOR,
    },
    "POST /api/v1/delegations": {Role.PHYSICIAN},
    "POST /api/v1/delegations/{delegation_id}/end": {Role.PHYSICIAN, Role.QUALITY},
    "GET /api/v1/devices": {Role.PHARMACIST, Role.ADMIN, Role.QUALITY, Role.AUDITOR},
    "POST /api/v1/devices": {Role.PHARMACIST, Role.ADMIN},
    "POST /api/v1/devices/{device_id}/retirement": {Role.PHARMACIST, Role.ADMIN},
    "GET /api/v1/people": {Role.ADMIN, Role.QUALITY, Role.PHARMACIST, Role.PHYSICIAN},
    "GET /api/v1/people/{person_id}/trainings": {
        Role.QUALITY,
        Role.PHARMACIST,
        Role.COORDINATOR,
        Role.AUDITOR,
        Role.ADMIN,
    },
    "POST /api/v1/people/{person_id}/trainings": {Role.QUALITY, Role.PHARMACIST},
    "POST /api/v1/people": {Role.ADMIN},
    "GET /api/v1/clients": {Role.ADMIN},
    "POST /api/v1/clients": {Role.ADMIN},
}


def entering(route: str) -> set[Role]:
    method, path = route.split(" ")
    return {role for role in Role if allowed(method, path, frozenset({role}))}


def test_no_route_stands_twice_in_the_table():
    assert len(BY_ROUTE) == len(POLICY)


def test_the_table_names_exactly_the_routes_that_were_agreed():
    assert set(BY_ROUTE) == OPEN_ROUTES | SIGNED_IN_ROUTES | set(ROLES_BY_ROUTE)


@pytest.mark.parametrize("route", sorted(ROLES_BY_ROUTE))
def test_a_route_lets_in_the_roles_that_were_agreed_and_no_other(route):
    assert entering(route) == ROLES_BY_ROUTE[route]


@pytest.mark.parametrize("route", sorted(ROLES_BY_ROUTE))
def test_a_route_with_roles_is_closed_to_whoever_holds_none(route):
    method, path = route.split(" ")
    assert not allowed(method, path, NOBODY)
    assert not allowed(method, path, NO_ROLE)


@pytest.mark.parametrize("route", sorted(OPEN_ROUTES))
def test_an_open_route_asks_for_nothing(route):
    method, path = route.split(" ")
    assert BY_ROUTE[route].roles is ANYONE
    assert allowed(method, path, NOBODY)
    assert entering(route) == set(Role)


@pytest.mark.parametrize("route", sorted(SIGNED_IN_ROUTES))
def test_a_signed_in_route_asks_for_a_session_and_no_role(route):
    method, path = route.split(" ")
    assert BY_ROUTE[route].roles is SIGNED_IN
    assert not allowed(method, path, NOBODY)
    assert allowed(method, path, NO_ROLE)
    assert entering(route) == set(Role)


@pytest.mark.parametrize("rule", POLICY, ids=lambda rule: f"{rule.method} {rule.path}")
def test_every_rule_can_be_met_and_says_why_it_is_there(rule):
    assert rule.roles
    assert rule.why.strip()
    assert rule.method in {"GET", "POST", "PUT", "PATCH", "DELETE"}
    assert rule.path.startswith("/")
    assert rule.path == "/" or not rule.path.endswith("/")


def test_an_administrator_performs_no_clinical_step_and_reads_no_clinical_data():
    admin = frozenset({Role.ADMIN})
    for rule in POLICY:
        if f"{rule.method} {rule.path}" == PUSHED:
            continue
        if rule.path.startswith((*PATIENT_DATA, "/api/v1/scans", "/api/v1/labels", "/api/v1/auth/witness")):
            assert not allowed(rule.method, rule.path, admin), rule


def test_an_auditor_writes_nothing():
    auditor = frozenset({Role.AUDITOR})
    writing = {f"{rule.method} {rule.path}" for rule in POLICY if rule.method != "GET"}
    open_to_auditor = {route for route in writing if allowed(*route.split(" "), auditor)}
    assert open_to_auditor == {
        "POST /api/v1/auth/token",
        "POST /api/v1/auth/refresh",
        "POST /api/v1/auth/switch",
        "POST /api/v1/auth/logout",
        "POST /api/v1/scans/read",
        "POST /api/v1/stream/ticket",  # what it opens is read
        PUSHED,
    }


@pytest.mark.parametrize("role", [Role.MANUFACTURER, Role.CARRIER])
def test_whoever_is_outside_the_hospital_sees_no_dewar_and_no_name(role):
    for rule in POLICY:
        if f"{rule.method} {rule.path}" != PUSHED and ("dewars" in rule.path or "identity" in rule.path):
            assert not allowed(rule.method, rule.path, frozenset({role})), rule


def test_one_good_role_among_several_is_enough():
    assert allowed("POST", "/api/v1/scans", frozenset({Role.AUDITOR, Role.NURSE}))


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/v1/unheard-of"),
        ("DELETE", "/api/v1/bags/{bag_id}"),
        ("get", "/api/v1/bags"),
        ("GET", "/api/v1/bags/0198"),
        ("GET", "/api/v1/bags/"),
    ],
)
def test_a_route_the_table_does_not_name_is_closed_to_everybody(method, path):
    assert not allowed(method, path, frozenset(Role))
