"""The packaged rows: all readable, without holes or overlaps, each with its source."""

import tomllib
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from pydantic import ValidationError

import ocop_market.rules
from ocop_market.codes.label import LabelRequirement
from ocop_market.rules.alcohol import AlcoholRule
from ocop_market.rules.certificates import Extension, RenewalWindow, Validity, Withdrawal
from ocop_market.rules.dated import Confidence, Dated, NoRule, holding, rules, the_one
from ocop_market.rules.papers import NeededPaper
from ocop_market.rules.programme import Decision, DecisionRole, GroupFrame, Rating, decisions
from ocop_market.rules.tax import Threshold, Withholding

DATA = Path(ocop_market.rules.__file__).parent / "data"
TABLES = {
    "certificates.validity": Validity, "certificates.renewal_window": RenewalWindow, "certificates.extension": Extension,
    "certificates.withdrawal": Withdrawal, "programme.decision": Decision, "programme.rating": Rating, "programme.group": GroupFrame,
    "labels.requirement": LabelRequirement, "tax.withholding": Withholding, "tax.household_threshold": Threshold,
    "papers.needed": NeededPaper, "alcohol.duty": AlcoholRule,
}


def track(row: Dated) -> tuple[tuple[object, ...], ...]:
    """What a row is about, once for each subject: rows about the same one must follow each other day by day."""
    match row:
        case Rating():
            return ((row.stars,),)
        case AlcoholRule():
            return ((row.duty,),)
        case Withdrawal():
            return ((row.cause,),)
        case GroupFrame():
            return ((row.group,),)
        case Decision():
            return ((row.role, row.number if row.role is DecisionRole.AMENDMENT else ""),)
        case Withholding():
            return tuple((seller, supply) for seller in row.sellers for supply in row.supplies)
        case NeededPaper():
            return tuple((kind, row.paper) for kind in row.kinds)
        case LabelRequirement():
            return tuple((kind, fact, row.sets, row.must) for kind in row.kinds for fact in row.facts)
        case _:
            return ((),)


def test_every_table_of_every_file_has_its_model():
    there = {f"{path.stem}.{table}" for path in DATA.glob("*.toml") for table in tomllib.loads(path.read_text(encoding="utf-8"))}
    assert there == set(TABLES)


@pytest.mark.parametrize("table", TABLES)
def test_rows_about_the_same_subject_follow_each_other_without_hole_or_overlap(table):
    tracks: dict[tuple[object, ...], list[Dated]] = {}
    for row in rules(table, TABLES[table]):
        for subject in track(row):
            tracks.setdefault(subject, []).append(row)
    assert tracks
    for subject, found in tracks.items():
        ordered = sorted(found, key=lambda row: row.valid_from)
        for earlier, later in pairwise(ordered):
            assert earlier.valid_to == later.valid_from - timedelta(days=1), (subject, earlier.valid_to, later.valid_from)


def test_amendments_lie_within_the_time_of_criteria_in_force():
    criteria = [d for d in decisions() if d.role is DecisionRole.CRITERIA]
    for amendment in (d for d in decisions() if d.role is DecisionRole.AMENDMENT):
        amended = holding(criteria, amendment.valid_from)
        assert len(amended) == 1
        assert amendment.valid_to == amended[0].valid_to


@pytest.mark.parametrize("values", [
    {"valid_to": date(2025, 12, 31)}, {"source": ""}, {"confidence": "sure"}, {"months": 0}, {"montsh": 36}])
def test_a_wrong_row_is_refused_when_it_is_read(values):
    good = {"months": 36, "valid_from": date(2026, 1, 1), "source": "a decision", "confidence": "read"}
    assert Validity.model_validate(good).confidence is Confidence.READ
    with pytest.raises(ValidationError):
        Validity.model_validate(good | values)


def test_both_ends_of_a_row_are_inside():
    row = Dated(valid_from=date(2026, 1, 1), valid_to=date(2026, 1, 2), source="x", confidence=Confidence.READ)
    assert [row.holds_on(date(2025, 12, 31) + timedelta(days=n)) for n in range(4)] == [False, True, True, False]


def test_a_day_before_the_first_rule_is_refused_with_the_day_from_which_rules_are_known():
    row = Dated(valid_from=date(2026, 1, 1), source="x", confidence=Confidence.READ)
    with pytest.raises(NoRule) as refused:
        the_one([row], date(2025, 12, 31), "criteria")
    assert "31/12/2025" in refused.value.sentence("en")
    assert "01/01/2026" in refused.value.sentence("en")
