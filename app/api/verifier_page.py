"""The page that verifies evidence in a browser: its files as they are served, and all of them as one file to keep.

The sources stand in ``app/verifier`` and are served as they are; nothing is built. Only two things are put in: the
names of steps, states and roles, so that the page calls them as the service does, and the edition's digest.
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib import resources
from typing import Any, Final

from app.access.roles import Role
from app.custody.labels import STATES
from app.custody.rules import RULES
from app.custody.step import Step
from app.custody.steps import STEPS
from app.kit.texts import Text

PAGE: Final = "verify"
SAVED: Final = "givre-verify.html"
WORKER: Final = "sw.js"
_SCRIPTS: Final = ("verifier.js", "sentences.js", "page.js")
_NOWHERE: Final = "default-src 'none'; base-uri 'none'; form-action 'none'; img-src data:"
_POLICY: Final = f"{_NOWHERE}; script-src 'self'; style-src 'self'; worker-src 'self'; frame-ancestors 'none'"


@dataclass(frozen=True, slots=True)
class PageFile:
    """One file of the page: its bytes, its type, and what a browser may do with it."""

    content: bytes
    media_type: str
    policy: str = _POLICY

    @property
    def etag(self) -> str:
        """The strong validator of these bytes."""
        return f'"{sha256(self.content).hexdigest()[:32]}"'


@cache
def page_files() -> dict[str, PageFile]:
    """Return every file by its name below ``/verify``; the page itself is called ``verify``."""
    page = _source("index.html").replace('id="words">{}', f'id="words">{_words()}')
    scripts = {name: _source(name) for name in _SCRIPTS}
    style = _source("style.css")
    saved = _as_one_file(page, style, scripts)
    edition = sha256("\0".join((page, style, saved, *scripts.values())).encode()).hexdigest()[:16]
    worker = _source(WORKER).replace("@EDITION@", edition)
    return {
        PAGE: PageFile(page.encode(), "text/html; charset=utf-8"),
        "style.css": PageFile(style.encode(), "text/css; charset=utf-8"),
        SAVED: PageFile(saved.encode(), "text/html; charset=utf-8"),
        WORKER: PageFile(worker.encode(), "text/javascript; charset=utf-8", "default-src 'none'; connect-src 'self'"),
        **{name: PageFile(script.encode(), "text/javascript; charset=utf-8") for name, script in scripts.items()},
    }


def _source(name: str) -> str:
    return resources.files("app").joinpath("verifier", name).read_text("utf-8")


def _as_one_file(page: str, style: str, scripts: dict[str, str]) -> str:
    """Return the page with style and scripts inside, allowed by their hashes and by nothing else."""
    script = "".join(_without_modules(one) for one in scripts.values())
    policy = f"{_NOWHERE}; script-src '{_hash(script)}'; style-src '{_hash(style)}'"
    return (
        page.replace('<html lang="fr">', '<html lang="fr" data-saved="true">')
        .replace("<title>", f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n<title>')
        .replace('<link rel="stylesheet" href="/verify/style.css">', f"<style>{style}</style>")
        .replace('<script type="module" src="/verify/page.js"></script>', f'<script type="module">{script}</script>')
    )


def _without_modules(script: str) -> str:
    # Our modules say what they take in lines at their head and what they give in their last line.
    lines = script.splitlines(keepends=True)
    return "".join(line for line in lines if not line.startswith(("import ", "export ")))


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(sha256(text.encode()).digest()).decode()


def _words() -> str:
    words = {
        "steps": {step.tag: _step(step) for step in STEPS},
        "states": {str(state): _pair(text) for state, text in STATES.items()},
        "roles": {role.value: _pair(role.label) for role in Role},
        "rules": {rule.tag: _pair(rule.title) for rule in RULES},
    }
    # No text may end the element that holds it.
    return json.dumps(words, ensure_ascii=False, separators=(",", ":"), sort_keys=True).replace("<", "\\u003c")


def _step(step: Step) -> dict[str, Any]:
    return {"name": _pair(step.labels), "fields": {field.name: _pair(field.labels) for field in step.fields}}


def _pair(text: Text) -> list[str]:
    return [text.fr, text.en]
