"""`points`: the register of points of sale (`điểm giới thiệu và bán sản phẩm OCOP`)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from ocop_market.catalog.point_register import PointIntake, till_text
from ocop_market.cli.frame import Exit, emit, number, shared_options, speaks_plainly, table, tell
from ocop_market.cli.places import published_text
from ocop_market.cli.report import which_geography
from ocop_market.cli.speech import Day, SpeakingCommand, SpeakingGroup, argument, option
from ocop_market.language import N_, say, translate
from ocop_market.market import open_market
from ocop_market.model.clock import VIETNAM
from ocop_market.model.point import PointKind, PointOfSale, PointState, Tier
from ocop_market.model.product import Place
from ocop_market.places.points import resolve_point, row_of_point
from ocop_market.places.units import GEOGRAPHY_WORDS, Geography, Level
from ocop_market.reports.figures import WORDS
from ocop_market.store.points import PointChange

READ = N_("{rows} rows: {accepted} accepted, {refused} refused. Points of sale: {new} new, {changed} changed.")
EMPTY = N_("The register has no points of sale yet. Put your list in with: ocop-market points import FILE")
COUNTED = N_("On {day}: {open} open, {closed} closed, {coming} to open later, {undated} of which it is not known since when they are open.")
UNLINKED = N_("Sales stand under {tills}, which no point of sale is linked to. Link one with: ocop-market points link CODE ACCOUNT BRANCH")
LINKED = N_("The sales of {till} are those of “{name}” ({point}) now.")
UNLINKED_NOW = N_("“{name}” ({point}) is linked to no till any more.")
CLOSED_FROM = N_("“{name}” ({point}) counts as closed from {day} on.")
NOT_CLOSED = N_("“{name}” ({point}) counts as open again: that it closed is taken back.")
WHICH_TILL = N_("Say the account of the till, or --forget.")
WHICH_DAY = N_("Say the first day on which it is closed with --on, or --forget.")
OF = N_("{name} ({point})")
CAME = N_("came into the register")
NOTHING = "–"
MOST_SHOWN = 20
KINDS = {
    PointKind.STATION: N_("station"), PointKind.AIRPORT: N_("airport"), PointKind.REST_STOP: N_("rest stop"), PointKind.MALL: N_("mall"),
    PointKind.SUPERMARKET: N_("supermarket"), PointKind.MARKET: N_("local market"), PointKind.TOURIST_SITE: N_("tourist site"),
    PointKind.RESTAURANT: N_("restaurant"), PointKind.HOTEL: N_("hotel"), PointKind.CRAFT_VILLAGE: N_("craft village"),
    PointKind.CENTRE: N_("centre of a commune or district"), PointKind.FAIR: N_("fair"), PointKind.POST_OFFICE: N_("post office"),
    PointKind.SHOP: N_("shop"), PointKind.UNKNOWN: NOTHING}
TIERS = {Tier.PROVINCE: N_("province"), Tier.DISTRICT: N_("district"), Tier.COMMUNE: N_("commune"), Tier.UNKNOWN: NOTHING}
STATES = {PointState.OPEN: N_("open"), PointState.CLOSED: N_("closed"), PointState.NOT_YET: N_("not open yet"),
          PointState.UNDATED: N_("not known since when")}
FIELDS = {"point": N_("point of sale"), "name": N_("name"), "place": N_("place"), "address": N_("address"), "kind": N_("kind of place"),
          "tier": N_("level"), "operator": N_("operator"), "opened_on": N_("opened on"), "closed_on": N_("closed from"),
          "decision": N_("paper"), "listed_on": N_("day of the list"), "source": N_("source"), "account": N_("account"),
          "location": N_("branch")}


@click.command("import", cls=SpeakingCommand, help=N_(
    "Reads FILE (.xlsx, .xls, .csv), a list of points of sale, into the register. Every row is accounted for; the same list again changes "
    "nothing."))
@argument("file", type=click.Path(path_type=Path))
@option("--listed-on", "listed_on", type=Day(),
        help=N_("The day of the list: its points were open then, and its places are named as on it."))
@option("--province", default="", metavar="NAME", help=N_("Province of rows that name none."))
@option("--all", "show_all", is_flag=True, help=N_("Show every remark, not the first twenty."))
@shared_options
@speaks_plainly
def import_points(file: Path, listed_on: datetime | None, province: str, show_all: bool, market_folder: Path, as_json: bool) -> Exit:
    """Imports a list of points of sale."""
    with open_market(market_folder) as market:
        intake, new, changed = market.import_points(file, listed_on=listed_on.date() if listed_on else None, province=province)
    code = Exit.PARTLY if intake.refused else Exit.DONE
    if as_json:
        emit(_intake_json(intake, new, changed))
        return code
    tell(say(READ, rows=number(intake.rows), accepted=number(intake.accepted), refused=number(intake.refused), new=number(new),
             changed=number(changed)))
    shown = intake.notes if show_all else intake.notes[:MOST_SHOWN]
    if shown:
        table(translate(N_("Remarks")), [translate(heading) for heading in (N_("Row"), N_("Column"), N_("Remark"))],
              [(note.row, note.column, note.problem.sentence()) for note in shown], right=[0])
    if len(intake.notes) > len(shown):
        counts = Counter(note.problem.code for note in intake.notes)
        tell(say(N_("… and {count} more (--all shows them): {codes}"), count=len(intake.notes) - len(shown),
                 codes=", ".join(f"{code} {count}" for code, count in counts.most_common())))
    return code


@click.command("list", cls=SpeakingCommand, help=N_("Shows the register as on a day, or counts it by place, and tills that no point has."))
@option("--as-of", "day", type=Day(), help=N_("Day on which they are shown (default: today)."))
@option("--by", "level", type=click.Choice([level.value for level in Level]), help=N_("Count the open ones by this unit instead."))
@which_geography
@shared_options
@speaks_plainly
def list_points(day: datetime | None, level: str | None, geography: str, market_folder: Path, as_json: bool) -> Exit:
    """Shows the register."""
    units = Geography(geography)
    with open_market(market_folder) as market:
        register, on = market.points(), day.date() if day else market.today
        unlinked = _unlinked(register.values(), market.tills().sold)
    rows = Counter(row_of_point(point, units, Level(level)) for point in register.values()
                   if point.state_on(on) is PointState.OPEN) if level else None
    if as_json:
        states = Counter(point.state_on(on).value for point in register.values())
        emit({"as_of": on.isoformat(), "geography": geography, "states": {state.value: states[state.value] for state in PointState},
              "points": [_point_json(point, on) for point in register.values()],
              "by": None if rows is None else {
                  "level": level, "rows": [{"key": key, "open": count} for key, count in sorted(rows.items())]},
              "unlinked": [{"account": account, "branch": location} for account, location in unlinked]})
        return Exit.DONE
    if not register:
        tell(translate(EMPTY))
    elif rows is not None:
        _show_counts(rows, units)
    else:
        _show(list(register.values()), on, units)
    if unlinked:
        tell(say(UNLINKED, tills=", ".join(till_text(*till) for till in unlinked[:MOST_SHOWN])))
    return Exit.DONE


@click.command("link", cls=SpeakingCommand, help=N_(
    "Says that the sales of a till's ACCOUNT, in one BRANCH of it where it has several, are those of the point CODE."))
@argument("code")
@argument("account", required=False)
@argument("branch", required=False, default="")
@option("--forget", is_flag=True, help=N_("Take back which till it has."))
@shared_options
@speaks_plainly
def link(code: str, account: str | None, branch: str, forget: bool, market_folder: Path, as_json: bool) -> Exit:
    """Links a point to a till."""
    if (account is None) is not forget:
        raise click.UsageError(translate(WHICH_TILL))
    with open_market(market_folder) as market:
        remark = market.tills().remark((account, branch)) if account else None
        point = market.link_point(code, account, branch) if account else market.unlink_point(code)
        on = market.today
    if as_json:
        emit({**_point_json(point, on), "remark": remark.sentence() if remark else None})
        return Exit.DONE
    words = {"name": point.name, "point": point.code}
    tell(say(LINKED, till=till_text(point.account, point.location), **words) if account else say(UNLINKED_NOW, **words))
    if remark:
        tell("! " + remark.sentence())
    return Exit.DONE


@click.command("close", cls=SpeakingCommand, help=N_("Says from which day on the point CODE is closed."))
@argument("code")
@option("--on", "day", type=Day(), help=N_("The first day on which it is closed."))
@option("--forget", is_flag=True, help=N_("Take back that it closed."))
@shared_options
@speaks_plainly
def close(code: str, day: datetime | None, forget: bool, market_folder: Path, as_json: bool) -> Exit:
    """Closes a point."""
    if (day is None) is not forget:
        raise click.UsageError(translate(WHICH_DAY))
    with open_market(market_folder) as market:
        point = market.close_point(code, day.date() if day else None)
        on = market.today
    if as_json:
        emit(_point_json(point, on))
        return Exit.DONE
    words = {"name": point.name, "point": point.code}
    tell(say(CLOSED_FROM, day=_day(point.closed_on), **words) if day else say(NOT_CLOSED, **words))
    return Exit.DONE


@click.command("history", cls=SpeakingCommand, help=N_("Shows what changed of the point CODE: when, through what, before and after."))
@argument("code")
@shared_options
@speaks_plainly
def history(code: str, market_folder: Path, as_json: bool) -> Exit:
    """Shows the changes of one point."""
    with open_market(market_folder) as market:
        changes = market.point_history(code)
        point = market.points()[code]
    if as_json:
        emit({"code": point.code, "name": point.name, "changes": [
            {"at": change.at.isoformat(), "origin": change.origin, "field": change.field, "before": change.before, "after": change.after}
            for change in changes]})
        return Exit.DONE
    tell(say(OF, name=point.name, point=point.code))
    table("", [translate(heading) for heading in (N_("When"), N_("Through"), N_("What"), N_("Before"), N_("After"))],
          [_change_row(change) for change in changes])
    return Exit.DONE


points = SpeakingGroup("points", help=N_(
    "Points of sale of OCOP goods: import a list, list them as on a day, link them to tills, close them, see what changed."),
    subcommand_metavar="COMMAND [ARGS]...", commands=[import_points, list_points, link, close, history])


def _unlinked(register: Iterable[PointOfSale], sold: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Branches with sales that no point is linked to; accounts without branches are most often shops on platforms."""
    linked = {point.till for point in register}
    return sorted(till for till in sold if till[1] and till not in linked)


def _show(register: Sequence[PointOfSale], on: date, units: Geography) -> None:
    headings = (N_("Code"), N_("Point of sale"), N_("Place"), N_("Open"), N_("Till"))
    table(say(N_("Points of sale ({units})"), units=translate(GEOGRAPHY_WORDS[units])), [translate(heading) for heading in headings], [
        (point.code, _named(point), _place_text(point, units), _open_text(point, on), till_text(*point.till) if point.till else NOTHING)
        for point in register])
    states = Counter(point.state_on(on) for point in register)
    tell(say(COUNTED, day=_day(on), open=number(states[PointState.OPEN]), closed=number(states[PointState.CLOSED]),
             coming=number(states[PointState.NOT_YET]), undated=number(states[PointState.UNDATED])))


def _show_counts(rows: Counter[str], units: Geography) -> None:
    table(say(N_("Points of sale ({units})"), units=translate(GEOGRAPHY_WORDS[units])), ("", translate(STATES[PointState.OPEN])), [
        *((translate(WORDS.get(key, key)), number(count)) for key, count in sorted(rows.items(), key=lambda row: (row[0] in WORDS, row))),
        (translate(N_("Total")), number(rows.total()))], right=[1])


def _named(point: PointOfSale) -> str:
    return point.name if point.kind is PointKind.UNKNOWN else f"{point.name}\n({translate(KINDS[point.kind])})"


def _open_text(point: PointOfSale, on: date) -> str:
    """Its days, with the state of the day where that is another than open."""
    state, days = point.state_on(on), f"{_day(point.opened_on)} → {_day(point.closed_on)}"
    return days if state is PointState.OPEN else f"{days}\n{translate(STATES[state])}"


def _place_text(point: PointOfSale, units: Geography) -> str:
    """The place in the units asked for, as far as it is known there, else as published."""
    unit = resolve_point(point).unit(units)
    finest = next((level for level in reversed(Level) if unit.at(level).code), None)
    return unit.label(finest) if finest else published_text(point.place)


def _change_row(change: PointChange) -> tuple[str, str, str, str, str]:
    came = change.field == "point"
    return (f"{change.at.astimezone(VIETNAM):%d/%m/%Y %H:%M}", change.origin, translate(FIELDS[change.field]),
            NOTHING if came else _shown(change.field, change.before), translate(CAME) if came else _shown(change.field, change.after))


def _shown(field: str, value: Any) -> str:
    """A kept value as a person reads it."""
    if not value:
        return NOTHING
    if field == "place":
        return published_text(Place(**value))
    if field.endswith("_on"):
        return _day(date.fromisoformat(value))
    return translate(KINDS[PointKind(value)]) if field == "kind" else translate(TIERS[Tier(value)]) if field == "tier" else str(value)


def _day(day: date | None) -> str:
    return f"{day:%d/%m/%Y}" if day else NOTHING


def _point_json(point: PointOfSale, on: date) -> dict[str, Any]:
    place, found = point.place, resolve_point(point)
    return {
        "code": point.code, "name": point.name, "place": {"province": place.province, "district": place.district, "commune": place.commune},
        **{units.value: {level.value: found.unit(units).at(level).name for level in Level} for units in Geography},
        "address": point.address, "kind": point.kind.value, "level": point.tier.value, "operator": point.operator,
        "opened_on": point.opened_on, "closed_on": point.closed_on, "decision": point.decision, "listed_on": point.listed_on,
        "source": point.source, "account": point.account or None, "branch": point.location if point.account else None,
        "state": point.state_on(on).value}


def _intake_json(intake: PointIntake, new: int, changed: int) -> dict[str, Any]:
    return {
        "rows": intake.rows, "accepted": intake.accepted, "refused": intake.refused, "new": new, "changed": changed,
        "columns": dict(intake.columns), "points": [point.code for point in intake.points],
        "notes": [{"row": note.row, "column": note.column, "code": note.problem.code, "message": note.problem.sentence(),
                   "refused": note.refused} for note in intake.notes]}
