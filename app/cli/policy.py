"""``givre policy``: who may call what and who may do what, as a page that is reviewed and committed."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from pathlib import Path

from app.access.policy import POLICY, Door, Rule
from app.access.roles import Role
from app.cli.command import Command
from app.custody.competences import COMPETENCES
from app.custody.step import Step
from app.custody.steps import STEPS

_SHORT = {
    Role.COLLECTION_NURSE: "coll.",
    Role.PHARMACIST: "pharm.",
    Role.PHARMACY_TECHNICIAN: "tech.",
    Role.COORDINATOR: "coord.",
    Role.NURSE: "nurse",
    Role.PHYSICIAN: "phys.",
    Role.BIOLOGIST: "biol.",
    Role.CARRIER: "carr.",
    Role.MANUFACTURER: "maker",
    Role.QUALITY: "qual.",
    Role.AUDITOR: "audit.",
    Role.ADMIN: "admin",
}
_HEAD = """# Who may do what

Written by `givre policy --write docs/policy.md` from the tables the service itself asks; a test fails when this page is
not theirs any more. A role opens a route or a step only: whose bags are seen behind it depends on the person's site and
organisation.

- An administrator performs no clinical step, and holds no other role.
- An auditor reads and holds no other role; every auditor's account has an end.
- Nobody grants, changes or delegates rights to themselves.
- A role that broken glass lends (`POST /api/v1/auth/break-glass`) opens no route: it acts in scans, for 15 minutes. It
  is marked in every event, authorises nothing, witnesses nothing, and is reviewed by somebody else.
"""
_ROUTES = """
## Routes

● may call it; *all*: no sign-in is needed; *any*: any sign-in will do.
"""
_STEPS = """
## Steps

● does it; ○ stands beside as the second person; ◐ either. *Training*: what actor and second person of hospital and
blood service must be trained for.
"""
_MARKS = {(True, True): "◐", (True, False): "●", (False, True): "○", (False, False): ""}


def _configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--write", type=Path, metavar="FILE", help="write the page there instead of printing it")


def _run(options: argparse.Namespace) -> int:
    if options.write is None:
        print(page(), end="")
    else:
        options.write.write_text(page(), encoding="utf-8")
    return 0


def page() -> str:
    """Return the page in Markdown; it depends on the tables alone."""
    routes = [_route(rule) for rule in POLICY]
    steps = [_step(step) for step in STEPS]
    roles = [f"`{_SHORT[role]}` {role.label.fr} / {role.label.en}" for role in Role]
    return "\n".join(
        (
            _HEAD,
            "## Roles\n",
            *(f"- {role}" for role in roles),
            _ROUTES,
            *_table(("route", *_SHORT.values(), "why"), routes),
            _STEPS,
            *_table(("step", *_SHORT.values(), "training"), steps),
            "\n## Competences\n",
            *(f"- `{one.tag}`: {one.labels.fr} / {one.labels.en}" for one in COMPETENCES),
            "",
        )
    )


def _route(rule: Rule) -> tuple[str, ...]:
    return f"`{rule.method} {rule.path}`", *(_enters(rule.roles, role) for role in _SHORT), rule.why


def _enters(roles: frozenset[Role] | Door, role: Role) -> str:
    match roles:
        case Door.ANYONE:
            return "*all*"
        case Door.SIGNED_IN:
            return "*any*"
        case _:
            return "●" if role in roles else ""


def _step(step: Step) -> tuple[str, ...]:
    beside = step.witness.roles if step.witness is not None else frozenset[str]()
    cells = (_MARKS[role.value in step.roles, role.value in beside] for role in _SHORT)
    return f"`{step.tag}` {step.labels.fr} / {step.labels.en}", *cells, step.training or "–"


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterable[str]:
    yield "| " + " | ".join(head) + " |"
    yield "|" + "|".join("---" for _ in head) + "|"
    for row in rows:
        yield "| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |"


COMMAND = Command("policy", "print who may call which route and do which step", _configure, _run)
