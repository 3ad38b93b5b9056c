"""The demonstration's house: sites, people, machines, dewars, tablets, badges and the labels of positions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from app.barcodes.build import internal
from app.cli.credentials import Client, Person
from app.cli.demo.cast import (
    ADMINISTRATOR,
    CLIENTS,
    DELEGATED,
    INVESTIGATORS,
    LAPSED,
    ORGANISATIONS,
    PEOPLE,
    PROTOCOL,
    SITES,
    TRAINED,
    TRAINER,
)
from app.cli.demo.stage import Drawn, Stage
from app.cli.demo.together import together
from app.kit.clock import rfc3339

PHARMACIST, BLOOD_SERVICE_PHARMACIST = "pharm1", "efs3"
_PLATE = "position-50x25"
_SMALL = {"towers": 1, "racks": 1, "boxes": 1, "positions": 5}
DEWARS = (
    (PHARMACIST, "D1", "Cuve 1", -150, _SMALL | {"boxes": 3}),
    (PHARMACIST, "D2", "Cuve 2", -120, _SMALL),
    (PHARMACIST, "D3", "Cuve 3", -130, _SMALL | {"boxes": 2}),
    (BLOOD_SERVICE_PHARMACIST, "D4", "Cuve du site de prélèvement", -180, _SMALL),
)
"""Who registers it, its code, its name, the temperature it is qualified to in °C, and its shape."""
ROOMS = {"D1": "Cryo 1", "D2": "Cryo 1", "D3": "Cryo 2", "D4": "Salle de congélation"}
TABLETS = (
    {"code": "TAB-PUI-1", "name": "Tablette de la salle cryogénique", "site": "PUI", "kind": "tablet"},
    {"code": "TAB-HEMATO-1", "name": "Tablette du service", "site": "HEMATO", "kind": "tablet"},
    {"code": "TAB-EFS-1", "name": "Tablette du site de prélèvement", "site": "EFS", "kind": "tablet"},
)


def furnish(stage: Stage) -> None:
    """Register everything and everybody besides the administrator, who does most of it, and draw what hangs about."""
    now = stage.clock.now()
    for organisation in ORGANISATIONS:
        named = {"code": organisation.code, "name": organisation.name, "kind": organisation.kind}
        stage.post("/api/v1/organisations", ADMINISTRATOR, named)
    for site in SITES:
        named = {"code": site.code, "name": site.name, "organisation": site.organisation}
        stage.post("/api/v1/sites", ADMINISTRATOR, named)
    others = [person for person in stage.known.people if person.login != ADMINISTRATOR]
    stage.enter(ADMINISTRATOR)
    registered = together(stage.ended, lambda person: _register(stage, person, now), others)
    together(stage.ended, lambda client: _connect(stage, client), stage.known.clients)
    for tablet in TABLETS:
        stage.post("/api/v1/devices", ADMINISTRATOR, tablet)
    ids = dict(zip((person.login for person in others), registered, strict=True))
    # What somebody is trained and trusted for counts from their next sign-in on, so it comes before any.
    stage.enter(TRAINER)
    together(stage.ended, lambda one: _train(stage, *one, now), enumerate(ids.items(), 1))
    for login, tasks in DELEGATED.items():
        _delegate(stage, ids[login], login, tasks, now)
    stage.tablets = {str(tablet["site"]): str(tablet["code"]) for tablet in TABLETS}
    _sign_profiles(stage)
    _draw(stage)


def _register(stage: Stage, person: Person, now: datetime) -> str:
    message: dict[str, Any] = {
        "login": person.login,
        "name": PEOPLE[person.login].name,
        "site": person.site,
        "roles": [person.role],
        "password": person.password,
        "pin": person.pin,
    }
    if person.role == "auditor":  # an auditor's access is always for a time
        message["valid_until"] = rfc3339(now + timedelta(days=90))
    return str(stage.post("/api/v1/people", ADMINISTRATOR, message)["id"])


def _connect(stage: Stage, client: Client) -> None:
    player = CLIENTS[client.client_id]
    message = {
        "client_id": client.client_id,
        "name": player.name,
        "site": player.site,
        "roles": [player.role],
        "client_secret": client.client_secret,
    }
    stage.post("/api/v1/clients", ADMINISTRATOR, message)


def _train(stage: Stage, number: int, somebody: tuple[str, str], now: datetime) -> None:
    login, subject = somebody
    for competence in TRAINED.get(PEOPLE[login].role, ()):
        training = {
            "competence": competence,
            "valid_from": rfc3339(now - timedelta(days=400)),
            "valid_until": rfc3339(now + timedelta(days=-35 if login == LAPSED else 640)),
            "evidence": f"ATT-2026-{number:03d}",
        }
        stage.post(f"/api/v1/people/{subject}/trainings", TRAINER, training)


def _delegate(stage: Stage, subject: str, login: str, tasks: tuple[str, ...], now: datetime) -> None:
    investigator = next(one for one in INVESTIGATORS if one != login)
    delegation: Mapping[str, Any] = {
        "person": subject,
        "protocol": PROTOCOL,
        "tasks": list(tasks),
        "valid_from": rfc3339(now - timedelta(days=30)),
        "valid_until": rfc3339(now + timedelta(days=700)),
        "pin": stage.pin(investigator),
    }
    stage.post("/api/v1/delegations", investigator, delegation)


def _sign_profiles(stage: Stage) -> None:
    """Have the pharmacist sign every product profile that comes with the service: before that, nothing rules."""
    for profile in stage.get("/api/v1/profiles", PHARMACIST)["items"]:
        path = f"/api/v1/profiles/{profile['tag']}/{profile['version']}/signature"
        stage.post(path, PHARMACIST, {"pin": stage.pin(PHARMACIST), "sha256": profile["sha256"]})


def _draw(stage: Stage) -> None:
    """Register the dewars, and draw the labels of their positions and a badge for everybody."""
    labelled = []
    for login, code, name, limit, shape in DEWARS:
        stage.post("/api/v1/dewars", login, _dewar(code, name, limit, shape))
        stage.draw(login, f"dewar-{code}", _PLATE, [Drawn(internal("D", code))], [name])
        for box in range(1, shape["boxes"] + 1):
            labelled += [f"{code}-T1-R1-B{box}-P{place}" for place in range(1, shape["positions"] + 1)]
    badges = {one["login"]: str(one["badge"]) for one in stage.get("/api/v1/people", ADMINISTRATOR)["items"]}
    together(stage.ended, lambda code: _position(stage, code), labelled)
    together(stage.ended, lambda one: _badge(stage, one, badges[one]), PEOPLE)


def _dewar(code: str, name: str, limit: int, shape: Mapping[str, int]) -> dict[str, Any]:
    where = {"room": ROOMS[code], "phase": "vapour"}
    return {"code": code, "name": name, "limit_c": limit, "shape": shape, **where}


def _position(stage: Stage, code: str) -> None:
    stage.draw(PHARMACIST, f"position-{code}", _PLATE, [Drawn(internal("P", code))], [code])


def _badge(stage: Stage, login: str, text: str) -> None:
    player = PEOPLE[login]
    stage.draw("coord1", f"badge-{login}", "badge-85x54", [Drawn(text)], [player.name, player.role, player.site])
