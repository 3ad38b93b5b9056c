"""The first page: whose cells, how far it is proved, and what is missing before anything that is there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from app.kit.texts import Text
from app.reports.printed.blocks import Block, Cell, Column, cell, fields, heading, note, table
from app.reports.printed.said import NOTHING, Saying, duration, instant, span
from app.reports.printed.said import NUMBER as LINE_NUMBER
from app.reports.printed.symbols import data_matrix

Doc = Mapping[str, Any]

BRAND: Final = "GIVRE"
SEVERITIES: Final = {"missing": "bad", "unverified": "watch", "withheld": "muted", "note": "plain"}
VERDICTS: Final = {"valid": "good", "invalid": "bad", "unreadable": "bad", "stale": "watch", "unanchored": "watch"}
CHECKS: Final = {"ok": "good", "failed": "bad", "stale": "watch", "flagged": "watch", "not-checked": "muted"}


NO_GAPS: Final = Text(
    "Rien n'a été trouvé manquant. Cela ne dit pas que tout est parfait.",
    "Nothing was found missing. That does not say that everything is perfect.",
)
PROOF: Final = Text("Preuves", "Evidence")
PROOF_ABOUT: Final = Text("vérifiées au point de contrôle {size}", "checked at checkpoint {size}")
COMPLETE: Final = Text("Complétude", "Completeness")
CUSTODY: Final = Text("Garde", "Custody")
UNBROKEN: Final = Text("continue", "unbroken")
UNBROKEN_ABOUT: Final = Text("0 s sans dépositaire", "0 s without a custodian")
BROKEN: Final = Text("INTERROMPUE", "BROKEN")
BROKEN_ABOUT: Final = Text("{span} sans dépositaire", "{span} without a custodian")
UNTOLD: Final = Text("inconnue", "unknown")
COLD: Final = Text("Froid", "Cold")
COLD_ABOUT: Final = Text("{known} de {all} périodes évaluées", "{known} of {all} stretches evaluated")
BALANCE: Final = Text("Bilan des quantités", "Quantities")
BALANCED: Final = Text("juste", "balanced")
UNBALANCED: Final = Text("ÉCART", "DIFFERENCE")
GAPS: Final = Text("Lacunes", "Gaps")
GAPS_ABOUT: Final = Text(
    "{missing} manquantes, {unverified} non vérifiées", "{missing} missing, {unverified} unverified"
)
NONE: Final = Text("aucune", "none")
TRUTH_TITLE: Final = Text("Où se trouve la vérité", "Where the truth lies")
TRUTH: Final = Text(
    "Ces pages sont une image. Fait foi le fichier joint « {name} » (parmi les pièces jointes de ce PDF) : il contient"
    " toutes les données et leurs preuves. « givre verify » sur ce PDF, ou la page « /verify » d'un navigateur, les"
    " vérifie hors ligne. L'empreinte au bas de chaque page est celle de ce dossier : si elle diffère de celle que la"
    " vérification annonce, ou si ces pages ne sont pas celles que le fichier joint produit, ne les croyez pas.",
    "These pages are a picture. What counts is the attached file “{name}” (inside this PDF, among its attachments): it"
    " holds all data and their proofs. “givre verify” on this PDF, or the page “/verify” of a browser, checks them"
    " offline. The digest at the foot of each page is this report's: if it differs from the one that the verification"
    " tells, or if these pages are not the ones that the attached file makes, do not believe the pages.",
)
CHAINS: Final = Text("Chaînes", "Chains")
WHEN: Final = Text("Quand", "When")
CHECKED: Final = Text("Vérification étape par étape", "Verification, step by step")
ROOT: Final = Text(
    "Point de contrôle {size} du journal\n{origin}\n{at}", "Checkpoint {size} of the log\n{origin}\n{at}"
)
ROOT_ALT: Final = Text(
    "Data Matrix : origine, taille et racine du point de contrôle : {text}",
    "Data Matrix: origin, size and root of the checkpoint: {text}",
)
ROOT_NAME: Final = Text("Racine", "Root")
RULES: Final = Text("Règles du produit", "Product rules")
VERSION: Final = Text(
    "{tag}, version {version}, {status}; limite {limit}", "{tag}, version {version}, {status}; limit {limit}"
)
NUMBER: Final = Text("Dossier n°", "Report no.")
MADE: Final = Text("État au", "As of")
MADE_BY: Final = Text("{at} UTC · {software}", "{at} UTC · {software}")
BLINDED: Final = Text(
    "Essai en aveugle : ce qui est masqué se lit « blinded ».", "Blinded trial: what is kept back reads “blinded”."
)


def cover(say: Saying, report: Doc, attached: str) -> Block:
    """Return what stands on the first page."""
    told = report["cover"]
    point = told["checkpoint"]
    symbol = say.text(ROOT).format(size=point["size"], origin=point["origin"], at=instant(point["published_at"]))
    return {
        "brand": BRAND,
        "copy": say.code("audience", report["audience"]),
        "name": told["scope"]["name"],
        "product": _product(report),
        "identity": [list(pair) for pair in _identity(say, report)],
        "symbol": {
            "svg": data_matrix(told["symbol"]),
            "text": symbol.split("\n"),
            "alt": say.text(ROOT_ALT).format(text=told["symbol"].replace("\n", " ")),
        },
        "tiles": [
            _proof_tile(say, told),
            _complete_tile(say, told),
            _custody_tile(say, report),
            _cold_tile(say, report),
            _balance_tile(say, report),
        ],
        "blocks": [*gaps(say, report["gaps"]), *_truth(say, report, attached), *_verification(say, report)],
    }


def _product(report: Doc) -> str:
    profile = report["cover"]["profile"]
    if profile is None:
        return str(report["subject"]["therapy"]["product"] or NOTHING)
    return f"{profile['product']} ({profile['inn']}) · {profile['holder']}"


def _identity(say: Saying, report: Doc) -> Iterable[tuple[str, Cell]]:
    told, therapy, patient = report["cover"], report["subject"]["therapy"], report["subject"]["patient"]
    bags = [bag for bag in report["subject"]["bags"] if bag["in_scope"]]
    yield say.label("coi"), cell(f"{therapy['coi']} ({therapy['coi_issuer']})", strong=True)
    yield say.label("patient"), cell(patient["pseudonym"] or NOTHING, mono=True)
    yield say.label("lot"), ", ".join(dict.fromkeys(bag["lot"] for bag in bags if bag["lot"])) or NOTHING
    yield say.label("state"), ", ".join(dict.fromkeys(say.code("state", bag["state"]) for bag in bags)) or NOTHING
    profile = told["profile"]
    if profile is not None:
        status = say.code("profile", profile["status"])
        limit = say.value("limit_mC", profile["limit_mC"])
        rules = {"tag": profile["tag"], "version": profile["version"], "status": status, "limit": limit}
        yield say.text(RULES), say.text(VERSION).format(**rules)
    yield say.text(MADE), say.text(MADE_BY).format(at=instant(told["as_of"]), software=told["software"])
    yield say.label("operator"), told["operator"]
    yield say.text(NUMBER), cell(report["id"][:32], mono=True)


def _tile(say: Saying, label: Text, tone: str, text: str, about: str) -> Block:
    return {"label": say.text(label), "tone": tone, "text": text, "about": about}


def _proof_tile(say: Saying, told: Doc) -> Block:
    order = tuple(VERDICTS)
    worst = max((one["verdict"] for one in told["verification"]), key=_gravity(order), default="unreadable")
    about = say.text(PROOF_ABOUT).format(size=told["checkpoint"]["size"])
    return _tile(say, PROOF, VERDICTS[worst], say.code("verdict", worst), about)


def _gravity(order: tuple[str, ...]) -> Any:
    grave = {"good": 0, "watch": 1, "bad": 2}
    return lambda verdict: (grave[VERDICTS[verdict]], order.index(verdict))


def _complete_tile(say: Saying, told: Doc) -> Block:
    replayed = told["completeness"] == "replayed"
    cosigners = ", ".join(told["checkpoint"]["cosigners"]) or NOTHING
    words = say.code("completeness", told["completeness"])
    return _tile(say, COMPLETE, "good" if replayed else "watch", words, f"{say.label('cosigners')}: {cosigners}")


def _custody_tile(say: Saying, report: Doc) -> Block:
    told = report["legs"]
    if told["uncovered_s"]:
        about = say.text(BROKEN_ABOUT).format(span=duration(told["uncovered_s"]))
        return _tile(say, CUSTODY, "bad", say.text(BROKEN), about)
    if not told["intervals"]:
        return _tile(say, CUSTODY, "watch", say.text(UNTOLD), NOTHING)
    return _tile(say, CUSTODY, "good", say.text(UNBROKEN), say.text(UNBROKEN_ABOUT))


def _cold_tile(say: Saying, report: Doc) -> Block:
    stretches = [*report["transport_temperature"], *report["storage"]["temperatures"]]
    statuses = [one["status"] for one in stretches]
    worst = next((one for one in ("excursion", "unknown") if one in statuses), "in_range" if statuses else "unknown")
    known = len(statuses) - statuses.count("unknown")
    tone = {"excursion": "bad", "unknown": "watch", "in_range": "good"}[worst]
    about = say.text(COLD_ABOUT).format(known=known, all=len(statuses))
    return _tile(say, COLD, tone, say.code("temperature", worst), about)


def _balance_tile(say: Saying, report: Doc) -> Block:
    sums = report["disposition"]["quantities"]
    about = ", ".join(dict.fromkeys(say.code("of", one["of"]) for one in sums)) or NOTHING
    balanced = [one["balanced"] for one in sums]
    if False in balanced:
        return _tile(say, BALANCE, "bad", say.text(UNBALANCED), about)
    if None in balanced or not balanced:
        return _tile(say, BALANCE, "watch", say.text(UNTOLD), about)
    return _tile(say, BALANCE, "good", say.text(BALANCED), about)


def gaps(say: Saying, told: Iterable[Doc]) -> list[Block]:
    """Return section 17: everything that is missing or not verified, the gravest first."""
    order = list(SEVERITIES)
    rows = [
        (
            "plain",
            [
                cell(say.code("severity", one["severity"]), SEVERITIES[one["severity"]], chip=True),
                one["text"],
                say.section(one["section"]),
                say.bag(one["bag"]) if one["bag"] else "",
                _when(say, one),
            ],
        )
        for one in sorted(told, key=lambda one: order.index(one["severity"]))
    ]
    title = heading(f"17 · {say.section('gaps')} ({len(rows)})", level=1)
    if not rows:
        return [title, note(say.text(NO_GAPS), "muted")]
    columns = [
        Column(say.label("severity")),
        Column(say.label("text"), 9),
        Column(say.label("section"), 4),
        Column(say.label("bag"), 3),
        Column(say.text(WHEN), 5),
    ]
    return [title, table(columns, rows)]


def _when(say: Saying, gap: Doc) -> str:
    line = say.number(gap["event"]) if gap["event"] else ""
    return " · ".join(part for part in (span(gap["since"], gap["until"]), line) if part)


def _truth(say: Saying, report: Doc, attached: str) -> list[Block]:
    point = report["cover"]["checkpoint"]
    blinded = [note(say.text(BLINDED), "watch")] if report["cover"]["blinded"] else []
    root = fields([(say.text(ROOT_NAME), cell(point["root"], mono=True))], across=1)
    title = heading(f"1 · {say.section('cover')}", level=1)
    return [title, *blinded, heading(say.text(TRUTH_TITLE)), note(say.text(TRUTH).format(name=attached)), root]


def _verification(say: Saying, report: Doc) -> list[Block]:
    alike_named: dict[tuple[int, str], list[Doc]] = {}
    for one in report["cover"]["verification"]:
        for step in one["steps"]:
            alike_named.setdefault((step["number"], step["name"]), []).append(step)
    rows: list[tuple[str, list[Cell]]] = []
    for (number, name), steps in alike_named.items():
        # Chains that ended alike stand on one line: with a bag it is one chain, with a therapy one a bag and its own.
        for status in dict.fromkeys(step["status"] for step in steps):
            alike = [step for step in steps if step["status"] == status]
            texts = list(dict.fromkeys(step["text"] for step in alike))
            said = texts[0] if len(texts) == 1 else f"{texts[0]} …"
            count = cell(f"{len(alike)}/{len(steps)}", "muted")
            checked = cell(say.code("check", status), CHECKS[status], chip=True)
            rows.append(("plain", [str(number), name, checked, count, said]))
    columns = [
        Column(say.text(LINE_NUMBER)),
        Column(say.label("item"), 3),
        Column(say.label("verdict")),
        Column(say.text(CHAINS)),
        Column(say.label("text"), 13),
    ]
    return [heading(say.text(CHECKED)), table(columns, rows, size=7)] if rows else []
