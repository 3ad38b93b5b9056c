"""The parts of a page one by one: tiles, timelines, curves, and how values are said."""

import pytest

from app.reports.printed.curve import FLAG_ROWS, MOST_EVENTS, MOST_POINTS, curve, legend, thinned
from app.reports.printed.said import Saying, celsius, duration, instant, span
from app.reports.printed.sheet import sheet
from app.reports.printed.symbols import data_matrix
from tests.unit.reports.sample import BAG, at, entry, fact, interval, quantity, report, temperature, timer


def blocks(told, number):
    return sheet(told)["sections"][number - 2]["blocks"]


def texts(part):
    """Return every string in a tree."""
    if isinstance(part, str):
        return [part]
    return [text for one in (part.values() if isinstance(part, dict) else part or ()) for text in texts_of(one)]


def texts_of(one):
    return texts(one) if isinstance(one, (str, dict, list)) else []


def tile(told, label):
    return next(one for one in sheet(told)["cover"]["tiles"] if one["label"] == label)


# --- the first page --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("verdicts", "said", "tone"),
    [
        (["valid", "valid"], "valide", "good"),
        (["valid", "stale"], "ancien", "watch"),
        (["unanchored", "invalid", "valid"], "NON VALIDE", "bad"),
        ([], "illisible", "bad"),
    ],
)
def test_the_worst_chain_speaks_for_the_evidence(verdicts, said, tone):
    told = report()
    told["cover"]["verification"] = [{"bag": BAG, "verdict": one, "steps": []} for one in verdicts]

    assert [tile(told, "Preuves")[name] for name in ("text", "tone")] == [said, tone]


@pytest.mark.parametrize(
    ("uncovered", "intervals", "tone"),
    [(0, None, "good"), (90, None, "bad"), (0, [], "watch")],
)
def test_custody_is_unbroken_only_where_it_is_known_to_be(uncovered, intervals, tone):
    told = report()
    told["legs"]["uncovered_s"] = uncovered
    told["legs"]["intervals"] = told["legs"]["intervals"] if intervals is None else intervals

    assert tile(told, "Garde")["tone"] == tone


@pytest.mark.parametrize(
    ("statuses", "said", "tone"),
    [
        (["in_range", "in_range"], "dans les limites", "good"),
        (["in_range", "unknown"], "inconnue", "watch"),
        (["excursion", "unknown"], "hors limite", "bad"),
        ([], "inconnue", "watch"),
    ],
)
def test_what_is_unknown_of_the_cold_is_never_in_range(statuses, said, tone):
    told = report(transport_temperature=[temperature(one) for one in statuses])
    told["storage"]["temperatures"] = []

    assert [tile(told, "Froid")[name] for name in ("text", "tone")] == [said, tone]


@pytest.mark.parametrize(
    ("balanced", "tone"), [([True, True], "good"), ([True, None], "watch"), ([None, False], "bad"), ([], "watch")]
)
def test_quantities_are_balanced_only_when_every_sum_is(balanced, tone):
    told = report()
    told["disposition"]["quantities"] = [quantity(balanced=one) for one in balanced]

    assert tile(told, "Bilan des quantités")["tone"] == tone


def test_a_replayed_log_is_complete_and_a_blinded_copy_says_so():
    told = report()
    told["cover"] |= {"completeness": "replayed", "blinded": True, "profile": None}

    assert tile(told, "Complétude")["tone"] == "good"
    said = " ".join(texts(sheet(told)["cover"]))
    assert "Essai en aveugle" in said
    assert "yescarta" in sheet(told)["cover"]["product"]


def test_no_gap_is_not_called_perfect():
    assert "Rien n'a été trouvé manquant" in " ".join(texts(sheet(report(gaps=[]))["cover"]))


def test_chains_that_ended_alike_stand_on_one_line():
    told = report()
    steps = told["cover"]["verification"][0]["steps"]
    other = [{**one, "text": f"{one['text']} Autre.", "status": "ok"} for one in steps]
    told["cover"]["verification"] += [{"bag": None, "verdict": "valid", "steps": other}]

    said = texts(sheet(told)["cover"]["blocks"])
    assert said.count("2/2") == 2
    assert said.count("1/2") == 2
    assert "Signé. …" in said


# --- custody ---------------------------------------------------------------------------------------------------------


def timeline_of(told):
    return next(one for one in blocks(told, 4) if one["kind"] == "timeline")


def test_the_timeline_gives_each_custodian_a_lane_and_each_event_a_mark():
    drawn = timeline_of(report())

    assert [lane["name"] for lane in drawn["lanes"]] == ["Site KITE", "Site CRYO", "Site PUI", "Site HEMATO"]
    first = drawn["bands"][0]
    assert (first["start"], first["lane"]) == (0.0, 0)
    assert drawn["bands"][-1]["end"] == 1.0
    assert [(mark["text"], mark["tone"]) for mark in drawn["marks"]] == [
        ("2", "plain"),
        ("3", "watch"),
        ("4", "watch"),
        ("5", "watch"),
        ("6", "bad"),
        ("7", "watch"),
        ("9", "plain"),
    ]
    assert [mark["lane"] for mark in drawn["marks"]] == [1, 2, 2, 2, 3, 3, 3]
    assert all(0 <= mark["x"] <= 1 for mark in drawn["marks"])
    assert "Site CRYO 2027-01-05" in drawn["alt"]


def test_an_interval_without_a_custodian_has_a_lane_of_its_own():
    told = report()
    told["legs"]["intervals"] = [
        interval("KITE", 0, 46, "manufacturer"),
        interval(None, 50, 60),
        interval("PUI", 60, 90),
    ]
    told["legs"]["uncovered"] = [{"bag": BAG, "since": at(46), "until": at(50)}]

    drawn = timeline_of(told)
    assert [lane["name"] for lane in drawn["lanes"]] == ["Site KITE", "—", "Site PUI", "Sans dépositaire"]
    assert drawn["bands"][-1] | {"text": ""} == drawn["bands"][-1] | {"lane": 3, "tone": "bad", "text": ""}
    [broken] = [one for one in blocks(told, 4) if one["kind"] == "note"]
    assert broken["tone"] == "bad"
    assert "personne ne répondait de Poche 1/1" in broken["text"]


def test_events_that_fall_together_share_the_room_for_a_number():
    trail = [entry(number, hours=50 + number / 3600) for number in range(200)]

    marks = timeline_of(report(trail=trail))["marks"]
    assert len(marks) == 200
    assert 0 < sum(bool(mark["text"]) for mark in marks) < 60


def test_without_custody_nothing_is_drawn():
    legs = {"intervals": [], "uncovered": [], "uncovered_s": 0, "handovers": [], "shipments": []}

    assert [one["kind"] for one in blocks(report(legs=legs), 4)] == ["note"]


def test_a_bag_that_never_moved_is_one_band():
    told = report(trail=[])
    told["legs"]["intervals"] = [interval("KITE", 5, 5)]

    assert [(band["start"], band["end"]) for band in timeline_of(told)["bands"]] == [(0.0, 0.0)]


# --- the cold --------------------------------------------------------------------------------------------------------


def drawn(points, **more):
    told = temperature("in_range", {"start": at(46), "points": points}, min_mC=-190_000, max_mC=-160_000, **more)
    return curve(Saying(report()), told)


def test_a_curve_breaks_where_nothing_is_known():
    shown = drawn(
        [[0, -190_000], [60, -189_000], [120, None], [180, None], [240, -160_000], [300, -170_000], [360, None]]
    )

    assert [len(run) for run in shown["runs"]] == [2, 2]
    assert shown["unknown"] == [[0.1667, 0.6667], [0.8333, 1.0]]
    assert shown["limit"]["text"] == "limite −150\u00a0°C"
    assert shown["limit"]["y"] > max(point[1] for run in shown["runs"] for point in run)
    assert (shown["since"], shown["until"]) == ("2027-01-05\u00a008:00", "2027-01-05\u00a008:06")
    assert "maximum −160\u00a0°C" in shown["alt"]


def test_a_curve_marks_where_the_bag_came_and_went_inside_the_picture():
    hours = [[at_second, -190_000] for at_second in range(0, 36 * 3600, 3600)]
    assert drawn(hours, since=at(50), until=at(71))["marks"] == [0.1143, 0.7143]
    assert drawn(hours, since=at(46), until=None)["marks"] == []


def test_what_happened_is_flagged_in_the_picture_and_explained_below_it():
    hours = [[at_second, -190_000] for at_second in range(0, 36 * 3600 + 1, 3600)]
    known = [(45, "step:stored"), (46, "step:stored"), (64, "step:held"), (64, "alarm:high"), (82, "step:moved")]
    happened = [{"at": at(hour), "what": what, "event": None} for hour, what in known]
    shown = drawn(hours, happened=happened)

    assert [(one["x"], one["row"], one["text"]) for one in shown["events"]] == [
        (0.0, 0, "1"),
        (0.5, 0, "2"),
        (0.5, 1, "3"),
        (1.0, 0, "4"),
    ]
    told = temperature("in_range", {"start": at(46), "points": hours}, happened=happened)
    [below] = legend(Saying(report()), told)
    assert below["text"].startswith("1 Ranger 2027-01-05")
    assert " · 3 température haute 2027-01-06" in below["text"]
    assert legend(Saying(report()), temperature("in_range", {"start": at(46), "points": hours})) == []


def test_more_flags_than_can_be_read_are_counted():
    hours = [[at_second, -190_000] for at_second in range(0, 36 * 3600, 3600)]
    happened = [{"at": at(50), "what": "step:moved", "event": None}] * (MOST_EVENTS + 3)
    told = temperature("in_range", {"start": at(46), "points": hours}, happened=happened)

    flags = curve(Saying(report()), told)["events"]
    assert len(flags) == MOST_EVENTS
    assert {one["row"] for one in flags} == set(range(FLAG_ROWS))
    assert legend(Saying(report()), told)[0]["text"].endswith("· et 3 de plus")


def test_a_curve_without_a_limit_or_a_reading_is_still_drawn():
    assert drawn([[0, None]], limit_mC=None)["limit"] is None
    assert drawn([], limit_mC=None)["runs"] == []


def test_thinning_loses_neither_a_peak_nor_a_gap():
    points = [[second, -190_000] for second in range(100_000)]
    points[55_555][1], points[70_000][1], points[12_345][1] = -20_000, None, -196_000
    points[90_000:91_000] = [[second, None] for second in range(90_000, 91_000)]

    kept = thinned(points)
    assert len(kept) <= MOST_POINTS
    assert {(55_555, -20_000), (12_345, -196_000), (70_000, None)} <= {*kept}
    assert kept == sorted(kept, key=lambda point: point[0])
    assert thinned(points[:50]) == [tuple(point) for point in points[:50]]


def test_a_curve_stands_under_what_is_known_of_its_stretch():
    known = {"raw_sha256": "cd" * 32, "tilted": True, "min_mC": -190_000, "max_mC": -151_000}
    told = report(
        transport_temperature=[temperature("in_range", {"start": at(46), "points": [[0, -1], [1, -2]]}, **known)]
    )

    kinds = [one["kind"] for one in blocks(told, 5)]
    assert kinds == ["heading", "fields", "fields", "curve"]


# --- what is not there -----------------------------------------------------------------------------------------------


def test_a_release_that_was_never_recorded_is_a_warning():
    told = report()
    oos = [{"item": "request", "by": None, "at": at(10), "document": "D-1"}]
    told["release"] = [{**fact(2, "released"), "event": None, "oos": oos, "specification": None, "acceptance": None}]

    [warning, table] = blocks(told, 6)
    assert (warning["kind"], warning["tone"], table["kind"]) == ("note", "watch", "table")


def test_what_is_withheld_is_said_to_be():
    follow_up = {"disclosed": False, "worst": [], "second_dose": None, "records": [], "serious": []}
    told = report(follow_up=follow_up, deviations={"disclosed": False, "items": [], "holds": [], "overridden": []})

    assert [one["text"] for number in (12, 13) for one in blocks(told, number)] == [
        "Cette rubrique n'est pas communiquée à ce lecteur."
    ] * 2


def test_what_has_only_begun_is_shown_as_far_as_it_went():
    told = report()
    told["thaw"] = [{"bag": BAG, "started": None, "ended": None, "prepared": None, "timers": [timer("waiting")]}]
    told["infusion"][0] |= {"ended": None, "timers": []}
    told["bedside"][0] |= {"issued": None, "scanned": [], "comparison": [], "outcome": "refused", "by": None}
    told["reception"][0]["inspection"] = None
    told["follow_up"]["second_dose"] = None
    told["deviations"] |= {"holds": [], "overridden": []}
    told["deviations"]["items"][0]["state"] = "closed"
    told["disposition"]["quantities"] = []
    told["subject"]["patient"] |= {"identity": None, "history": [], "pseudonym": None, "status": None}
    told["subject"]["bags"][0] |= {"specification": None, "identifiers": []}
    told["storage"] |= {"stays": [], "alarms": [], "exposure": [{"bag": BAG, "total_s": 9, "known": True, "parts": []}]}

    said = sheet(told)
    assert [one["kind"] for one in said["sections"][7]["blocks"]] == ["table"]
    assert [one["kind"] for one in said["sections"][8]["blocks"]] == ["fact"]
    assert "compte complet" in " ".join(texts(said["sections"][6]))


# --- words -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "0 s"),
        (45, "45 s"),
        (60, "1 min"),
        (3_660, "1 h 1 min"),
        (3_605, "1 h"),
        (349_200, "4 d 1 h"),
        (-90, "−1 min 30 s"),
    ],
)
def test_durations_are_said_in_their_two_largest_units(seconds, said):
    assert duration(seconds).replace("\u00a0", " ") == said


@pytest.mark.parametrize(
    ("thousandths", "said"),
    [(-150_000, "−150 °C"), (37_250, "37.25 °C"), (-500, "−0.5 °C"), (0, "0 °C"), (1, "0.001 °C")],
)
def test_temperatures_lose_no_digit(thousandths, said):
    assert celsius(thousandths).replace("\u00a0", " ") == said


def test_spans_are_as_short_as_they_can_be():
    day = "2027-01-03T10:00:00.000Z"

    assert span(None, None) == ""
    assert span(day, None) == "2027-01-03\u00a010:00 – …"
    assert span(None, day) == "… – 2027-01-03\u00a010:00"
    assert span(day, "2027-01-03T12:00:00.000Z") == "2027-01-03\u00a010:00 – 12:00"
    assert span(day, "2027-01-04T12:00:00.000Z") == "2027-01-03\u00a010:00 – 2027-01-04\u00a012:00"
    assert instant("2027-06-30") == "2027-06-30"


def test_values_are_said_with_their_units():
    say = Saying(report())

    assert say.value("coverage_permille", 967).replace("\u00a0", " ") == "96.7 %"
    assert say.value("coverage_permille", 960).replace("\u00a0", " ") == "96 %"
    assert say.value("anything", {}) == "—"
    assert say.value("seals", []) == "—"
    assert say.value("reactions", "infused") == "infused"
    assert say.value("tilted", value=False) == "non"
    assert say.label("invented_member") == "invented member"
    assert say.bag("unknown-bag") == "unknown-"
    assert say.who({"id": None, "name": None, "roles": [], "site": None}) == "—"
    assert say.step("shipment") == "expédition"
    assert say.who(None) == "—"


def test_a_late_fact_tells_both_times():
    told = report()
    told["thaw"][0]["started"] |= {"late": True, "recorded_at": at(97)}

    first = blocks(told, 9)[0]
    assert [chip["text"] for chip in first["chips"]] == ["saisie tardive"]
    assert first["when"].replace("\u00a0", " ") == "2027-01-07 09:00 (enregistré 2027-01-07 11:00) · n° —"


def test_a_symbol_takes_an_origin_that_is_not_ascii():
    assert data_matrix("hôpital.example/log\n1\n") != data_matrix("hopital.example/log\n1\n")


def test_photographs_are_named_under_their_act():
    told = report()
    told["thaw"][0]["started"] |= {"photos": [{"sha256": "ab" * 32, "kept": None}]}

    assert {"text": f"Photos — {'ab' * 16}", "tone": "plain"} in blocks(told, 9)[0]["under"]
