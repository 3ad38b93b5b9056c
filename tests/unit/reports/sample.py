"""An invented report with something in every section, as the pages get it; each test bends one thing of it."""

from datetime import UTC, datetime, timedelta

from app.reports.words import words

BAG, PARENT = "0190f4c5-0000-7000-8000-00000000000b", "0190f4c5-0000-7000-8000-00000000000a"
THERAPY, PATIENT = "0190f4c5-0000-7000-8000-00000000000c", "0190f4c5-0000-7000-8000-00000000000d"
BEGIN = datetime(2027, 1, 3, 10, tzinfo=UTC)
ROOT = "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"
SYMBOL = "hospital.example/cct/log1\n240\nXcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=\n"


def at(hours, minutes=0):
    return (BEGIN + timedelta(hours=hours, minutes=minutes)).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def site(code, kind="hospital"):
    return {"id": f"site-{code}", "code": code, "name": f"Site {code}", "kind": kind}


def who(name="Zoé Fleury", role="pharmacist", place="PUI"):
    return {"id": "p1", "name": name, "roles": [role], "site": site(place)}


STRANGER = {"id": None, "name": None, "roles": [], "site": None}


def fact(
    number,
    step,
    *,
    bag=BAG,
    hours=0,
    late=False,
    deviation=None,
    note=None,
    photos=(),
    corrections=(),
    by=True,
    **stated,
):
    return {
        "event": f"event-{number}",
        "bag": bag,
        "step": step,
        "occurred_at": at(hours),
        "recorded_at": at(hours, 90 if late else 0),
        "late": late,
        "by": who() if by else None,
        "witness": who("Luc Béranger", "nurse", "HEMATO") if by else None,
        "deviation": deviation,
        "note": note,
        "photos": [{"sha256": one, "kept": None} for one in photos],
        "corrections": list(corrections),
        **stated,
    }


def correction(old="108", new="180", reason="faute de frappe"):
    return {
        "event": "event-1",
        "field": "volume_ml",
        "old": old,
        "new": new,
        "reason": reason,
        "at": at(30),
        "by": who(),
    }


def entry(number, step="stored", *, hours=0, bag=BAG, outcome="taken", code=None, late=None, **more):
    return {
        "subject": "bag" if bag else "therapy",
        "id": bag or THERAPY,
        "bag": bag,
        "seq": number,
        "index": 100 + number,
        "event": f"event-{number}",
        "leaf": f"{number:064x}",
        "tag": f"custody:{step or 'opened'}:{outcome}",
        "step": step,
        "outcome": outcome,
        "code": code,
        "occurred_at": at(hours),
        "recorded_at": at(hours),
        "by": who(),
        "witness": who("Luc Béranger", "nurse", "HEMATO"),
        "device": "TAB-1",
        "disclosed": True,
        "late": late,
        "corrections": [],
        **more,
    }


def late(after=None, by=None, *, offline=True, reason="tablette déchargée"):
    bracket = {"claimed": at(0), "recorded_at": at(1), "after": after, "by": by}
    return {"by_seconds": 5400, "reason": reason, "offline": offline, "bracket": bracket}


def bag(one=BAG, **more):
    return {
        "id": one,
        "name": "Poche 1/1",
        "kind": "product",
        "form": "bag",
        "ordinal": 1,
        "of": 1,
        "state": "infused",
        "in_scope": True,
        "custodian": site("HEMATO"),
        "identifiers": [{"scheme": "din", "issuer": "isbt128", "value": "A99972700000100", "void": False}],
        "lot": "LOT0001",
        "expires_at": at(4000),
        "keep_until": at(200_000),
        "component": None,
        "strength": None,
        "volume_ml": 68,
        "specification": "in",
        "holds": [],
        "parents": [PARENT],
        **more,
    }


def temperature(status="unknown", curve=None, **more):
    return {
        "bag": BAG,
        "shipment": "shipment-1",
        "dewar": None,
        "since": at(46),
        "until": at(71),
        "logger": "LOG-2",
        "calibration": None,
        "limit_mC": -150_000,
        "min_mC": None,
        "max_mC": None,
        "above_limit_s": None,
        "coverage_permille": None,
        "status": status,
        "charged_at": at(40),
        "hold_until": None,
        "tilted": False,
        "raw_sha256": None,
        "curve": curve,
        **more,
    }


def timer(state="met"):
    return {
        "bag": BAG,
        "starts": "thaw_ended",
        "ends": "infusion_ended",
        "max_minutes": 180,
        "binding": True,
        "started_at": at(96),
        "due_at": at(99),
        "ended_at": at(97),
        "elapsed_s": 1980,
        "state": state,
    }


def quantity(of="containers", *, balanced=True, one=None):
    sums = {"received": 1, "infused": 1, "destroyed": 0, "returned": 0, "stored": 0, "pending": 0, "lost": None}
    return {"of": of, "bag": one, **sums, "difference": 0, "balanced": balanced}


def interval(place, since, until, kind="hospital", one=BAG):
    named = None if place is None else site(place, kind)
    ends = {"since": at(since), "until": None if until is None else at(until)}
    return {"bag": one, "custodian": named, **ends, "step": "received", "event": "event-2"}


COMPARED = [
    {"field": "din", "values": {"bag": "A99", "recorded": "A99"}, "verdict": "agree"},
    {"field": "lot", "values": {"bag": "LOT1", "certificate": "LOT2"}, "verdict": "differ"},
    {"field": "expiry", "values": {"recorded": at(4000)}, "verdict": "absent"},
]
SCANNED = [
    {"role": "bag", "format": "isbt128", "source": "scanner", "symbology": "code128", "text": "=A999727000001 00"},
    {"role": "bag", "format": "isbt128", "source": "scanner", "symbology": "code128", "text": "=A999727000001 00"},
    {
        "role": "document",
        "format": "gs1",
        "source": "camera",
        "symbology": "gs1-datamatrix",
        "text": "10LOT1\x1d17270630",
    },
    {"role": "patient", "format": "internal", "source": "camera", "symbology": "datamatrix", "text": None},
    {"role": "document", "format": "site_profile", "source": "typed", "symbology": "datamatrix", "text": "étiquette"},
    {"role": "document", "format": "gs1", "source": "scanner", "symbology": None, "text": "0104"},
]


def report(language="fr", **changes):
    """Return the report with some members other than they are."""
    therapy = {
        "id": THERAPY,
        "coi": "CHA999926000001",
        "coi_issuer": "isbt128",
        "state": "infused",
        "product": "yescarta",
        "profile_version": 1,
        "manufacturer": site("KITE", "manufacturer"),
        "hospital": site("HEMATO"),
        "protocol": None,
        "sponsor": None,
        "planned": {"infusion": "2027-01-10"},
    }
    identity = {
        "family_name": "DUPONT-BÂDO",
        "given_names": ["Camille", "Noé"],
        "birth_date": "1958-03-14",
        "sex": "F",
        "ipp": "A9990-1",
        "ins": None,
    }
    patient = {
        "pseudonym": PATIENT,
        "status": "provisional",
        "cautions": ["identity-provisional"],
        "identity": identity,
        "history": [{"at": at(-700), "event": "identity:traits:recorded", "status": "provisional"}],
    }
    trip = {
        "from_site": site("KITE", "manufacturer"),
        "to_site": site("PUI"),
        "carrier_site": site("CRYO", "carrier"),
        "foreseen": True,
        "seal_out": "S2",
        "seal_in": "S2",
        "departed_at": at(46),
        "arrived_at": at(71),
    }
    ends = {"from_site": site("KITE"), "to_site": site("PUI"), "state": "received", "orientation": "upright"}
    shipment = {
        "id": "shipment-1",
        "shipper": "SHIP-1",
        **ends,
        "logger": "LOG-2",
        "charged_at": at(40),
        "waybill": "WB",
        "seals": ["S2"],
        "bags": [BAG],
        "legs": [trip],
    }
    handover = fact(
        2, "handed_over", hours=46, giver=site("KITE"), receiver=site("CRYO"), shipper="SHIP-1", carrier="C"
    )
    handover |= {"seal": "S2", "new_seal": None, "waybill": "WB", "ward": None}
    reception = fact(3, "received", hours=71, site=site("PUI"), arrived_at=at(71), responsibility_at=at(71))
    reception |= {"shipper": "SHIP-1", "seal_intact": True, "seal": "S2", "tilted": False, "count": 1}
    reception |= {"expected_count": 1, "logger": "LOG-2", "comparison": []}
    checked = {"visual_check": "intact", "labels_agree": True, "certificate": "COA-1", "accepted": True}
    reception["inspection"] = fact(4, "inspected", hours=72, comparison=COMPARED, **checked)
    stay = {"bag": BAG, "dewar": {"id": "d", "code": "D1", "name": "Cuve 1", "limit_mC": -150_000}, "code": "D1-T1"}
    stay |= {"tower": "T1", "rack": "R1", "box": "B1", "position": "P1", "since": at(73), "until": at(95)}
    stay |= {"in_event": "event-5", "out_event": "event-6", "out_step": "retrieved"}
    thaw = {"device": "BATH-1", "temp_mC": 37_250, "visual_check": "intact", "readiness": {"patient_ready": True}}
    infused = {"volume_ml": 68, "completeness": "whole", "rest_ml": None, "fate_of_rest": None, "interruptions": 0}
    deviation = {
        "id": "dev-1",
        "bag": BAG,
        "step": "infusion_ended",
        "rules": [{"code": "late", "text": "Perfusion hors délai"}],
        "opened_at": at(97),
        "opened_by": who(),
        "reason": "voie veineuse reposée",
        "state": "open",
        "owner": who(),
        "decision": "no_impact",
        "decision_text": "sans effet",
        "decided_at": at(100),
        "capa": None,
        "closed_at": None,
        "closed_by": None,
    }
    hold = {"bag": BAG, "id": "h1", "reason": "tilt", "since": at(71), "lifted_at": at(72), "lifted_by": who()}
    follow = {"stated": {"scheme": "ASTCT2019", "crs": {"grade": 2}}, "computed": {"crs": 2}}
    signature = {"event": "event-1", "leaf": "01" * 32, "bag": BAG, "step": "collected", "who": who(), "at": at(0)}
    steps = [
        {"number": 1, "name": "checkpoint", "status": "ok", "text": "Signé."},
        {"number": 6, "name": "events", "status": "ok", "text": "14 événements."},
        {"number": 9, "name": "times", "status": "flagged", "text": "Heure tardive : 3."},
    ]
    point = {"origin": "hospital.example/cct/log1", "size": 240, "root": ROOT, "root_base64": "", "cosigners": ["w"]}
    made = {
        "format": "givre.report/v1",
        "id": "ab" * 32,
        "language": language,
        "audience": "hospital",
        "scope": "bag",
        "gaps": [
            gap("note", since=at(1), until=at(2), event="event-3"),
            gap("missing", since=at(1)),
            gap("unverified", one=None),
            gap("withheld", until=at(5)),
        ],
        "cover": {
            "scope": {"kind": "bag", "id": BAG, "name": "Poche 1/1 – A9997 27 000001"},
            "operator": "chu",
            "software": "givre 0.1.0",
            "as_of": at(240),
            "zone": "UTC",
            "identity": "disclosed",
            "blinded": False,
            "checkpoint": {**point, "published_at": at(240)},
            "symbol": SYMBOL,
            "profile": {
                "tag": "yescarta",
                "version": 1,
                "product": "Yescarta",
                "inn": "axicabtagene ciloleucel",
                "holder": "Kite",
                "limit_mC": -150_000,
                "status": "signed",
            },
            "verification": [{"bag": BAG, "verdict": "valid", "steps": steps}],
            "completeness": "operator",
            "completeness_text": "",
        },
        "subject": {"therapy": therapy, "patient": patient, "bags": [bag(), parent()]},
        "collection": [
            fact(
                1,
                "collected",
                bag=PARENT,
                hours=-700,
                corrections=[correction()],
                site=site("EFS", "blood_service"),
                device="OPTIA-2",
                started_at=at(-704),
                stopped_at=at(-700),
                volume_ml=180,
                presentation="fresh",
                serology=None,
                labels=[{"event": "event-1", "printed": 3, "used": 2, "void": 1, "old_label": None}],
            )
        ],
        "legs": {
            "intervals": [
                interval("KITE", 0, 46, "manufacturer"),
                interval("CRYO", 46, 71, "carrier"),
                interval("PUI", 71, 96),
                interval("HEMATO", 96, None),
            ],
            "uncovered": [],
            "uncovered_s": 0,
            "handovers": [handover],
            "shipments": [shipment],
        },
        "transport_temperature": [temperature()],
        "release": [
            fact(2, "released", hours=20, certificate="COA-1", qualified_person="QP", specification="in", oos=[])
            | {"acceptance": fact(4, "inspected", hours=72)}
        ],
        "reception": [reception],
        "storage": {
            "stays": [stay],
            "temperatures": [temperature(shipment=None, dewar="D1")],
            "alarms": [{"at": at(80), "acknowledged_by": who()}],
            "exposure": [
                {
                    "bag": BAG,
                    "total_s": 45,
                    "known": False,
                    "parts": [{"event": "event-5", "cause": "stored", "seconds": 45}],
                }
            ],
        },
        "thaw": [
            {
                "bag": BAG,
                "started": fact(7, "thaw_started", hours=95, **thaw),
                "ended": fact(8, "thaw_ended", hours=96, temp_mC=37_000, visual_check="intact"),
                "prepared": fact(8, "prepared", hours=96, diluted_ml=100),
                "timers": [timer()],
            }
        ],
        "bedside": [
            fact(
                9,
                "identified",
                hours=96,
                outcome="taken",
                patient_spoke=True,
                scanned=SCANNED,
                comparison=COMPARED,
                issued=fact(9, "issued", hours=96),
                tocilizumab_available=True,
            )
        ],
        "infusion": [
            {
                "bag": BAG,
                "started": fact(10, "infusion_started", hours=96, line_set="SET-1", no_leukodepleting_filter=True),
                "ended": fact(11, "infusion_ended", hours=97, deviation="dev-1", reactions="aucune", **infused),
                "elapsed_s": 1380,
                "timers": [timer()],
            }
        ],
        "follow_up": {
            "disclosed": True,
            "worst": [{"reaction": "crs", "scheme": "ASTCT2019", "grade": 2}],
            "second_dose": "given",
            "records": [fact(12, "followed_up", bag=None, hours=160, note="Fièvre à 39 °C.", **follow)],
            "serious": [{"reference": "PV-1", "due_at": at(400)}],
        },
        "deviations": {
            "disclosed": True,
            "items": [deviation],
            "holds": [{**hold, "event": "event-3"}],
            "overridden": [{"event": "event-11", "bag": BAG, "code": "late", "text": "Perfusion hors délai"}],
        },
        "disposition": {
            "bags": [{"bag": BAG, "state": "infused", "at": at(97), "event": "event-11"}],
            "quantities": [quantity(), quantity("volume_ml", one=BAG)],
        },
        "signatures": [
            {**signature, "part": "actor", "meaning": "exécuté", "method": "session", "status": "valid"},
            {**signature, "part": "witness", "meaning": "vérifié", "method": "pin", "status": "not_proved"},
        ],
        "trail": [
            entry(1, "collected", bag=PARENT, hours=-700, corrections=[correction()]),
            entry(2, "handed_over", hours=46),
            entry(3, "received", hours=71, late=late({"size": 1, "at": at(70)}, {"size": 2, "at": at(72)})),
            entry(4, "inspected", hours=72, late=late(offline=False, reason=None)),
            entry(5, "stored", hours=73, late=late(by={"size": 2, "at": at(74)})),
            entry(9, "identified", hours=96, outcome="refused", code="wrong-patient"),
            entry(11, "infusion_ended", hours=97),
            entry(12, None, hours=160, bag=None, by=None, disclosed=False),
            entry(13, "observed", hours=161, witness=None, device=None, by=STRANGER),
        ],
        "words": words(language),
        "evidence": {"format": "cct.evidence/v1"},
        "seal": {"digest": "ef" * 32, "note": ""},
    }
    return {**made, **changes}


def parent():
    own = {"lot": None, "expires_at": None, "keep_until": None, "volume_ml": 180, "parents": [], "in_scope": False}
    void = {"scheme": "din", "issuer": "isbt128", "value": "A99972600000100", "void": True}
    held = {"holds": [{"reason": "tilt", "since": at(-600)}], "identifiers": [void], "specification": "out"}
    return bag(PARENT, name="Prélèvement", kind="collection", state="consumed", **own, **held)


def gap(severity, *, one=BAG, since=None, until=None, event=None):
    return {
        "code": "temperature-unknown",
        "severity": severity,
        "section": "storage",
        "bag": one,
        "event": event,
        "since": since,
        "until": until,
        "text": "Aucune courbe.",
    }
