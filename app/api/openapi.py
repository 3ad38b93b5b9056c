"""The served contract: security, every problem with an example, and the scan message FastAPI does not see."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic.json_schema import models_json_schema

from app.access.policy import ANYONE, POLICY
from app.actions.scan_answer import PROBLEM_TYPE
from app.api.models.scans import RefusalOut, ScanIn, ScanOut
from app.api.problem_texts import PROBLEMS
from app.api.problems import MEDIA_TYPE
from app.api.sentence_samples import DETAILS, SAMPLES
from app.custody.rules import RULES
from app.kit.texts import Text

_PROBLEM_SCHEMA = {
    "type": "object",
    "title": "Problem",
    "description": "RFC 9457 problem details; `code` is stable, `detail` tells the person what to do.",
    "required": ["type", "title", "status", "detail", "code"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string"},
    },
    "additionalProperties": True,
}
_SECONDS = {"description": "Seconds to wait", "schema": {"type": "integer", "minimum": 0}}
_WORDS = {"schema": {"type": "string"}}
_HEADERS: dict[int, dict[str, Any]] = {
    401: {"WWW-Authenticate": {"description": "Bearer", **_WORDS}},
    405: {"Allow": {"description": "The methods of this address", **_WORDS}},
    429: {"Retry-After": _SECONDS},
    503: {"Retry-After": _SECONDS},
}
_UNTAGGED = frozenset(
    {
        "/healthz",
        "/readyz",
        "/metrics",
        "/.well-known/jwks.json",
        "/api/v1/therapies/{therapy_id}/identity",
        "/api/v1/bags/{bag_id}/attachments/{sha256}",
        "/api/v1/bags/{bag_id}/evidence",
        "/api/v1/bags/{bag_id}/report",
        "/api/v1/therapies/{therapy_id}/report",
    }
)
"""What is read without an entity tag: probes, and a reading that must be recorded each time."""
_REFUSALS = {
    ("POST", "/api/v1/scans"): "RefusalOut",
    ("POST", "/api/v1/dewars/{dewar_id}/counts"): "RefusalOut",
    ("POST", "/api/v1/dewars/{dewar_id}/moves"): "RelocationRefusalOut",
}
"""Its conflicts are refusals with a receipt, or a scan_id that was used for another scan."""
_CONFLICT = 409
_EVERYWHERE = (405, 413, 422, 500, 503)
_SIGNED_IN = (401, 403)
_LEDGER = ("/checkpoint", "/proof/inclusion", "/proof/consistency", "/cosignatures")
"""What answers 404 until something is published."""
_OWN: dict[tuple[str, str], tuple[int, ...]] = {
    **{("GET", f"/api/v1/ledger{path}"): (404,) for path in _LEDGER},
    ("POST", "/api/v1/attachments"): (404, 409),
    ("GET", "/trust"): (404,),
    ("GET", "/trust/authority.crt"): (404,),
    ("POST", "/api/v1/auth/token"): (401, 429),
    ("POST", "/api/v1/auth/refresh"): (401,),
    ("POST", "/api/v1/auth/witness"): (429,),
    ("POST", "/api/v1/auth/switch"): (401, 429),
    ("GET", "/api/v1/stream"): (401,),
    ("POST", "/api/v1/auth/passkeys"): (409,),
    ("POST", "/api/v1/auth/passkeys/options"): (429,),
    ("POST", "/api/v1/auth/passkeys/{passkey_id}/removal"): (409,),
    ("POST", "/api/v1/countersignatures/{item_id}"): (409,),
    ("POST", "/api/v1/auth/break-glass"): (409,),
    ("POST", "/api/v1/delegations"): (404, 429),
    ("POST", "/api/v1/delegations/{delegation_id}/end"): (429,),
    ("GET", "/api/v1/reports/export"): (404,),
    ("POST", "/api/v1/devices"): (404, 409),
    ("POST", "/api/v1/devices/{device_id}/retirement"): (409,),
    ("POST", "/api/v1/organisations"): (409,),
    ("POST", "/api/v1/sites"): (404, 409),
    ("POST", "/api/v1/people"): (404, 409),
    ("POST", "/api/v1/clients"): (404, 409),
    ("POST", "/api/v1/shipments"): (404, 409),
    ("POST", "/api/v1/shippers"): (409,),
    ("POST", "/api/v1/shipments/{shipment_id}/temperature-files"): (409,),
    ("POST", "/api/v1/dewars"): (409,),
    ("POST", "/api/v1/dewars/{dewar_id}/changes"): (409,),
    ("POST", "/api/v1/dewars/{dewar_id}/probes"): (409,),
    ("POST", "/api/v1/dewars/{dewar_id}/readings"): (401,),
    ("POST", "/api/v1/alarms/rules"): (404,),
    ("POST", "/api/v1/alarms/tests"): (404,),
    ("POST", "/api/v1/alarms/{alarm_id}/acknowledgement"): (409,),
    ("POST", "/api/v1/labels"): (404,),
    ("POST", "/api/v1/scan-profiles"): (409,),
    ("POST", "/api/v1/scan-profiles/{tag}/withdrawal"): (409,),
    ("POST", "/api/v1/patients/{patient_id}/traits"): (409,),
    ("POST", "/api/v1/patients/{patient_id}/merge"): (409, 429),
    ("POST", "/api/v1/deviations/{deviation_id}/owner"): (409,),
    ("POST", "/api/v1/deviations/{deviation_id}/decision"): (409,),
    ("POST", "/api/v1/deviations/{deviation_id}/capa"): (409,),
    ("POST", "/api/v1/deviations/{deviation_id}/closure"): (409,),
    ("POST", "/api/v1/reviews/{review_id}"): (409,),
    ("POST", "/api/v1/profiles"): (409,),
    ("POST", "/api/v1/profiles/{tag}/{version}/signature"): (409, 429),
    ("POST", "/api/v1/profiles/{tag}/{version}/withdrawal"): (409,),
    ("POST", "/api/v1/settle/{settlement_id}"): (409,),
}


def install(api: FastAPI) -> None:
    """Serve the finished document; it is built when first asked for, not at start-up."""

    def document() -> dict[str, Any]:
        if api.openapi_schema is None:
            api.openapi_schema = build(api)
        return api.openapi_schema

    api.openapi = document  # type: ignore[method-assign]  # FastAPI's documented way to finish the document


def build(api: FastAPI) -> dict[str, Any]:
    """Return the OpenAPI document of the application."""
    found = get_openapi(
        title=api.title,
        version=api.version,
        summary=api.summary,
        description="Errors are `application/problem+json`; each code is listed under `components/examples`.",
        routes=api.routes,
    )
    components = found.setdefault("components", {})
    _, extra = models_json_schema(
        [(ScanIn, "validation"), (ScanOut, "serialization"), (RefusalOut, "serialization")],
        ref_template="#/components/schemas/{model}",
    )
    for name, schema in extra.get("$defs", {}).items():
        components.setdefault("schemas", {}).setdefault(name, schema)
    components["schemas"]["Problem"] = _PROBLEM_SCHEMA
    components["schemas"].pop("HTTPValidationError", None)
    components["schemas"].pop("ValidationError", None)
    components["securitySchemes"] = {
        "token": {
            "type": "oauth2",
            "flows": {
                "password": {"tokenUrl": "/api/v1/auth/token", "refreshUrl": "/api/v1/auth/refresh", "scopes": {}},
                "clientCredentials": {"tokenUrl": "/api/v1/auth/token", "scopes": {}},
            },
        },
        "bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
    }
    components["examples"] = _examples()
    components["responses"] = _responses()
    # A path that holds slashes is registered with a converter, which the document does not show.
    open_routes = {(rule.method, rule.path.replace(":path}", "}")) for rule in POLICY if rule.roles is ANYONE}
    for path, operations in found["paths"].items():
        for method, operation in operations.items():
            _finish(operation, (method.upper(), path), open_to_all=(method.upper(), path) in open_routes)
    return found


def _finish(operation: dict[str, Any], route: tuple[str, str], *, open_to_all: bool) -> None:
    statuses = {*_EVERYWHERE, *_OWN.get(route, ())}
    if not open_to_all:
        # One token, named twice: how it is got (OAuth 2.0), and how it is sent, which is all that some tools check.
        operation["security"] = [{"token": []}, {"bearer": []}]
        statuses |= set(_SIGNED_IN)
    if "{" in route[1]:
        statuses.add(404)
    if route[0] == "GET" and route[1] not in _UNTAGGED:
        operation["responses"]["304"] = {"description": "The caller has this content (If-None-Match)"}
    for status in sorted(statuses):
        operation["responses"][str(status)] = {"$ref": f"#/components/responses/Problem{status}"}
    if route in _REFUSALS:
        models = (_REFUSALS[route], "Problem")
        refusal = {"anyOf": [{"$ref": f"#/components/schemas/{model}"} for model in models]}
        codes = ["scan-id-reused", *(rule.tag for rule in RULES)]
        described = operation["responses"][str(_CONFLICT)]["description"]
        operation["responses"][str(_CONFLICT)] = _response(described, refusal, codes)


def _responses() -> dict[str, Any]:
    problem = {"$ref": "#/components/schemas/Problem"}
    found: dict[str, Any] = {}
    for status in sorted({problem.status for problem in PROBLEMS.values()}):
        codes = [code for code, problem in PROBLEMS.items() if problem.status == status]
        found[f"Problem{status}"] = _response(f"Problem ({status})", problem, codes)
        if status in _HEADERS:
            found[f"Problem{status}"]["headers"] = _HEADERS[status]
    return found


def _response(description: str, schema: dict[str, Any], codes: Iterable[str]) -> dict[str, Any]:
    examples = {code: {"$ref": f"#/components/examples/{code}"} for code in codes}
    return {"description": description, "content": {MEDIA_TYPE: {"schema": schema, "examples": examples}}}


def _examples() -> dict[str, Any]:
    examples: dict[str, Any] = {}
    for code, problem in PROBLEMS.items():
        examples[code] = _example(code, problem.status, problem.title, problem.detail, {})
    for rule in RULES:
        examples[rule.tag] = _example(
            rule.tag,
            409,
            rule.title,
            rule.detail,
            {
                "rung": rule.rung.value,
                "scan_id": "0190f4c5-7b1e-7c3a-9d2e-5f6a7b8c9d0e",
                "comparison": [],
                "event": {
                    "id": "0190f4c5-7b1f-7d21-8a3b-6c5d4e3f2a10",
                    "step": "retrieved",
                    "seq": 7,
                    "occurred_at": "2026-12-01T08:30:00.000Z",
                    "recorded_at": "2026-12-01T08:30:01.250Z",
                },
                "receipt": {"leaf_hash": "9f" * 32, "signed": "{…}\n\n— localhost/cct/log1/receipts …\n"},
            },
        )
    return examples


def _example(code: str, status: int, title: Text, detail: Text, more: dict[str, Any]) -> dict[str, Any]:
    samples = SAMPLES | ({"detail": DETAILS[code]} if code in DETAILS else {})
    said = detail.fr.format_map({name: sample.fr for name, sample in samples.items()})
    value = {"type": PROBLEM_TYPE + code, "title": title.fr, "status": status, "detail": said, "code": code, **more}
    said_in_english = detail.en.format_map({name: sample.en for name, sample in samples.items()})
    return {"summary": title.en, "description": said_in_english, "value": value}
