"""The demonstration's house: sites, people, machines, dewars, badges and the labels of positions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from app.barcodes.build import internal
from app.cli.client import PublicApi
from app.cli.credentials import Credentials
from app.cli.demo.cast import ADMINISTRATOR, CLIENTS, ORGANISATIONS, PEOPLE, SITES, TRAINED, TRAINER
from app.cli.demo.stage import Drawn, Stage
from app.kit.clock import rfc3339

PHARMACIST = "pharm1"
DEWARS = (
    {"code": "D1", "name": "Cuve 1", "limit_c": -150, "shape": {"towers": 1, "racks": 1, "boxes": 2, "positions": 5}},
    {"code": "D2", "name": "Cuve 2", "limit_c": -120, "shape": {"towers": 1, "racks": 1, "boxes": 1, "positions": 5}},
)
TABLETS = (
    {"code": "TAB-PUI-1", "name": "Tablette de la salle cryogénique", "site": "PUI", "kind": "tablet"},
    {"code": "TAB-HEMATO-1", "name": "Tablette du service", "site": "HEMATO", "kind": "tablet"},
)
PROTOCOL = "GT1-01"
INVESTIGATORS = ("doctor1", "doctor2")
"""Each signs the other's entry in the delegation log, and the first everybody else's."""
LABELLED = (*(f"D1-T1-R1-B1-P{place}" for place in range(1, 6)), *(f"D2-T1-R1-B1-P{place}" for place in range(1, 6)))
"""The positions whose labels are drawn; the others stay empty."""


def furnish(api: PublicApi, known: Credentials, now: datetime) -> Mapping[str, str]:
    """Register everything and everybody besides the administrator, who does it; return login → id of the people."""
    ids = {}
    for organisation in ORGANISATIONS:
        named = {"code": organisation.code, "name": organisation.name, "kind": organisation.kind}
        api.post("/api/v1/organisations", ADMINISTRATOR, named)
    for site in SITES:
        named = {"code": site.code, "name": site.name, "organisation": site.organisation}
        api.post("/api/v1/sites", ADMINISTRATOR, named)
    for person in known.people:
        if person.login == ADMINISTRATOR:
            continue
        secret = {"password": person.password, "pin": person.pin}
        shown = {"login": person.login, "name": PEOPLE[person.login].name, "site": person.site, "roles": [person.role]}
        if person.role == "auditor":  # an auditor's access is always for a time
            shown["valid_until"] = rfc3339(now + timedelta(days=90))
        ids[person.login] = str(api.post("/api/v1/people", ADMINISTRATOR, {**shown, **secret})["id"])
    for client in known.clients:
        player = CLIENTS[client.client_id]
        message = {
            "client_id": client.client_id,
            "name": player.name,
            "site": player.site,
            "roles": [player.role],
            "client_secret": client.client_secret,
        }
        api.post("/api/v1/clients", ADMINISTRATOR, message)
    return ids


def train(api: PublicApi, ids: Mapping[str, str], now: datetime) -> None:
    """Have quality record what everybody is trained for; it counts from their next sign-in on."""
    for number, (login, subject) in enumerate(ids.items(), 1):
        for competence in TRAINED.get(PEOPLE[login].role, ()):
            training = {
                "competence": competence,
                "valid_from": rfc3339(now - timedelta(days=90)),
                "valid_until": rfc3339(now + timedelta(days=640)),
                "evidence": f"ATT-2026-{number:03d}",
            }
            api.post(f"/api/v1/people/{subject}/trainings", TRAINER, training)


def sign_profiles(api: PublicApi, known: Credentials) -> None:
    """Have the pharmacist sign every product profile that comes with the service: before that, nothing rules."""
    pin = next(person.pin for person in known.people if person.login == PHARMACIST)
    for profile in api.get("/api/v1/profiles", PHARMACIST)["items"]:
        path = f"/api/v1/profiles/{profile['tag']}/{profile['version']}/signature"
        api.post(path, PHARMACIST, {"pin": pin, "sha256": profile["sha256"]})


def delegate(api: PublicApi, ids: Mapping[str, str], known: Credentials, now: datetime) -> None:
    """Have the investigators sign the delegation log of the trial; it counts from the next sign-in on."""
    pins = {person.login: person.pin for person in known.people}
    for login, subject in ids.items():
        tasks = TRAINED.get(PEOPLE[login].role)
        if tasks is None:
            continue
        investigator = INVESTIGATORS[login == INVESTIGATORS[0]]
        entry = {
            "person": subject,
            "protocol": PROTOCOL,
            "tasks": list(tasks),
            "valid_from": rfc3339(now - timedelta(days=30)),
            "valid_until": rfc3339(now + timedelta(days=335)),
            "pin": pins[investigator],
        }
        api.post("/api/v1/delegations", investigator, entry)


def draw_fixtures(stage: Stage) -> None:
    """Register the dewars and the tablets, and draw the labels of their positions, and a badge for everybody."""
    for dewar in DEWARS:
        stage.api.post("/api/v1/dewars", PHARMACIST, dewar)
    for code in LABELLED:
        stage.draw(PHARMACIST, f"position-{code}", "position-50x25", [Drawn(internal("P", code))], [code])
    for tablet in TABLETS:
        stage.api.post("/api/v1/devices", PHARMACIST, tablet)
    badges = {one["login"]: str(one["badge"]) for one in stage.api.get("/api/v1/people", ADMINISTRATOR)["items"]}
    for login, player in PEOPLE.items():
        badge = [Drawn(badges[login])]
        stage.draw("coord1", f"badge-{login}", "badge-85x54", badge, [player.name, player.role, player.site])
