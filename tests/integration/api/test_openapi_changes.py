"""The comparer sees what breaks a caller, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from tests.integration.api.openapi_changes import breaking_changes

Mutation = Callable[[dict[str, Any]], Any]


def contract() -> dict[str, Any]:
    """Write a small contract with everything the comparer looks at."""
    return {
        "info": {"version": "1"},
        "paths": {
            "/bags": {
                "get": {
                    "parameters": [
                        {"in": "query", "name": "limit", "schema": {"type": "integer", "maximum": 200}},
                        {"in": "query", "name": "state", "schema": {"type": "string", "enum": ["stored", "lost"]}},
                    ],
                    "responses": {
                        "200": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Bags"}}}},
                        "404": {"$ref": "#/components/responses/Gone"},
                    },
                },
                "post": {
                    "requestBody": {
                        "required": True,
                        "content": {
                            "application/json": {"schema": {"$ref": "#/components/schemas/BagIn"}},
                            "text/csv": {"schema": {"type": "string"}},
                        },
                    },
                    "responses": {"201": {"description": "made"}},
                },
            },
            "/bags/{id}": {"get": {"responses": {"200": {"content": {"application/json": {}}}}}},
        },
        "components": {
            "responses": {
                "Gone": {
                    "headers": {"Retry-After": {}},
                    "content": {"application/problem+json": {"examples": {"not-found": {}, "gone": {}}}},
                }
            },
            "schemas": {
                "Bags": {
                    "type": "object",
                    "required": ["items"],
                    "properties": {
                        "items": {"type": "array", "items": {"$ref": "#/components/schemas/Bag"}},
                        "note": {"type": "string"},
                    },
                },
                "Bag": {
                    "type": "object",
                    "required": ["id", "kind"],
                    "properties": {
                        "id": {"type": "string"},
                        "kind": {"enum": ["collection", "product"]},
                        "parent": {"anyOf": [{"$ref": "#/components/schemas/Bag"}, {"type": "null"}]},
                    },
                },
                "BagIn": {
                    "type": "object",
                    "additionalProperties": False,
                    "required": ["label"],
                    "properties": {
                        "label": {"type": "string", "maxLength": 64, "minLength": 1, "pattern": "^=", "format": "isbt"},
                        "volume": {"anyOf": [{"type": "integer"}, {"type": "null"}]},
                        "form": {"enum": ["bag", "vial"]},
                        "weight": {"type": "number"},
                        "mode": {"const": "dry"},
                        "anything": True,
                    },
                },
            },
        },
    }


def schemas(document: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = document["components"]["schemas"]
    return found


def body(document: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = schemas(document)["BagIn"]
    return found


def operation(document: dict[str, Any], method: str = "get") -> dict[str, Any]:
    found: dict[str, Any] = document["paths"]["/bags"][method]
    return found


BREAKING: dict[str, tuple[Mutation, str]] = {
    "a path is gone": (lambda one: one["paths"].pop("/bags/{id}"), "/bags/{id} is gone"),
    "a method is gone": (lambda one: one["paths"]["/bags"].pop("post"), "POST /bags is gone"),
    "a token is asked for": (lambda one: operation(one).update(security=[{"token": []}]), "asks for a token"),
    "a response is gone": (lambda one: operation(one)["responses"].pop("404"), "no longer answers 404"),
    "a media type of an answer is gone": (
        lambda one: operation(one)["responses"]["200"]["content"].pop("application/json"),
        "no longer given as application/json",
    ),
    "a problem code is gone": (
        lambda one: one["components"]["responses"]["Gone"]["content"]["application/problem+json"]["examples"].pop(
            "gone"
        ),
        "lost the code gone",
    ),
    "a header is gone": (lambda one: one["components"]["responses"]["Gone"].pop("headers"), "header Retry-After"),
    "a member of an answer is gone": (
        lambda one: (schemas(one)["Bag"]["properties"].pop("id"), schemas(one)["Bag"]["required"].remove("id")),
        "items[].id is no longer always there",
    ),
    "a member of an answer may be missing": (
        lambda one: schemas(one)["Bags"]["required"].clear(),
        "items is no longer always there",
    ),
    "an optional member of an answer is gone": (
        lambda one: schemas(one)["Bags"]["properties"].pop("note"),
        "note is no longer there",
    ),
    "a member of an answer has another type": (
        lambda one: schemas(one)["Bag"]["properties"]["id"].update(type="integer"),
        "id: may now be integer",
    ),
    "a member of an answer may be null": (
        lambda one: schemas(one)["Bag"]["properties"]["id"].update(type=["string", "null"]),
        "id: may now be null",
    ),
    "an answer may be one more thing": (
        lambda one: schemas(one)["Bag"]["properties"]["parent"]["anyOf"].append({"type": "string"}),
        "parent: may now be",
    ),
    "an answer knows one more value": (
        lambda one: schemas(one)["Bag"]["properties"]["kind"]["enum"].append("sample"),
        "kind: may now be ['sample']",
    ),
    "an answer may be any value": (
        lambda one: schemas(one)["Bag"]["properties"]["kind"].pop("enum"),
        "kind: may now be other than",
    ),
    "a parameter is gone": (lambda one: operation(one)["parameters"].pop(0), "no longer reads query limit"),
    "a parameter is required": (
        lambda one: operation(one)["parameters"][0].update(required=True),
        "query limit is required now",
    ),
    "a new parameter is required": (
        lambda one: operation(one)["parameters"].append({"in": "query", "name": "site", "required": True}),
        "query site is required now",
    ),
    "a parameter takes less": (
        lambda one: operation(one)["parameters"][0]["schema"].update(maximum=100),
        "maximum is 100 now",
    ),
    "a parameter takes fewer values": (
        lambda one: operation(one)["parameters"][1]["schema"]["enum"].remove("lost"),
        "no longer takes ['lost']",
    ),
    "a body is required": (
        lambda one: operation(one).update(requestBody={"required": True, "content": {}}),
        "needs a body now",
    ),
    "a body is no longer read": (lambda one: operation(one, "post").pop("requestBody"), "no longer reads a body"),
    "a media type of a body is gone": (
        lambda one: operation(one, "post")["requestBody"]["content"].pop("text/csv"),
        "no longer reads text/csv",
    ),
    "a member of a body is required": (lambda one: body(one)["required"].append("form"), "form is required now"),
    "a new member of a body is required": (
        lambda one: (body(one)["required"].append("site"), body(one)["properties"].update(site={"type": "string"})),
        "site is required now",
    ),
    "a member of a body is no longer read": (
        lambda one: body(one)["properties"].pop("form"),
        "form is no longer read",
    ),
    "a value of a body is no longer taken": (
        lambda one: body(one)["properties"]["form"]["enum"].remove("vial"),
        "form: no longer takes ['vial']",
    ),
    "a member of a body must be one of a few": (
        lambda one: body(one)["properties"]["label"].update(enum=["=A"]),
        "label: only takes",
    ),
    "a constant changes": (lambda one: body(one)["properties"]["mode"].update(const="wet"), "mode: no longer takes"),
    "a text must be shorter": (
        lambda one: body(one)["properties"]["label"].update(maxLength=32),
        "maxLength is 32 now",
    ),
    "a text must be longer": (lambda one: body(one)["properties"]["label"].update(minLength=2), "minLength is 2 now"),
    "a text is bounded": (lambda one: body(one)["properties"]["weight"].update(maximum=5), "maximum is 5 now"),
    "a text has another pattern": (lambda one: body(one)["properties"]["label"].update(pattern="^&"), "pattern is ^&"),
    "a text has another format": (lambda one: body(one)["properties"]["label"].update(format="gs1"), "format is gs1"),
    "null is no longer taken": (
        lambda one: body(one)["properties"]["volume"]["anyOf"].pop(),
        "volume: no longer takes",
    ),
    "a fraction is no longer taken": (
        lambda one: body(one)["properties"]["weight"].update(type="integer"),
        "weight: no longer takes number",
    ),
    "anything is no longer taken": (
        lambda one: body(one)["properties"].update(anything={"type": "string"}),
        "anything: no longer takes",
    ),
}

HARMLESS: dict[str, Mutation] = {
    "nothing": lambda _: None,
    "a new path": lambda one: one["paths"].update({"/new": {"get": {"responses": {}}}}),
    "a new method": lambda one: one["paths"]["/bags/{id}"].update(post={"responses": {}}),
    "a new answer": lambda one: operation(one)["responses"].update({"429": {}}),
    "a new code": lambda one: one["components"]["responses"]["Gone"]["content"]["application/problem+json"][
        "examples"
    ].update(erased={}),
    "a new member of an answer": lambda one: schemas(one)["Bag"]["properties"].update(lot={"type": "string"}),
    "a member that is always there now": lambda one: schemas(one)["Bags"]["required"].append("note"),
    "an answer that is never null any more": lambda one: schemas(one)["Bag"]["properties"]["parent"]["anyOf"].pop(),
    "an answer with fewer values": lambda one: schemas(one)["Bag"]["properties"]["kind"]["enum"].pop(),
    "a new optional parameter": lambda one: operation(one)["parameters"].append({"in": "query", "name": "lot"}),
    "a new optional member of a body": lambda one: body(one)["properties"].update(lot={"type": "string"}),
    "a member that may be left out now": lambda one: body(one)["required"].clear(),
    "a new value of a body": lambda one: body(one)["properties"]["form"]["enum"].append("syringe"),
    "a longer text": lambda one: body(one)["properties"]["label"].update(maxLength=128),
    "a text without a pattern": lambda one: body(one)["properties"]["label"].pop("pattern"),
    "one more type": lambda one: body(one)["properties"]["volume"]["anyOf"].append({"type": "string"}),
    "a number where an integer was": lambda one: operation(one)["parameters"][0]["schema"].update(type="number"),
    "no token any more": lambda one: operation(one).pop("security", None),
    "unknown members are let pass": lambda one: body(one).pop("additionalProperties"),
    "other words": lambda one: operation(one).update(summary="Bags", description="All of them"),
}


@pytest.mark.parametrize("change", BREAKING)
def test_what_breaks_a_caller_is_seen_and_named(change: str) -> None:
    mutation, said = BREAKING[change]
    new = contract()
    mutation(new)

    found = breaking_changes(contract(), new)

    assert any(said in one for one in found), found


@pytest.mark.parametrize("change", HARMLESS)
def test_what_breaks_nobody_is_let_pass(change: str) -> None:
    new = contract()
    HARMLESS[change](new)

    assert breaking_changes(contract(), new) == []


def test_unknown_members_that_were_let_pass_and_no_longer_are_break_a_caller() -> None:
    old = contract()
    del body(old)["additionalProperties"]

    assert breaking_changes(old, contract()) == ["POST /bags body no longer takes unknown members"]


def test_what_is_told_does_not_depend_on_the_order_of_members() -> None:
    old, new = contract(), deepcopy(contract())
    new["paths"] = dict(reversed(new["paths"].items()))
    schemas(new)["Bag"]["properties"] = dict(reversed(schemas(new)["Bag"]["properties"].items()))

    assert breaking_changes(old, new) == []
