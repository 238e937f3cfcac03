"""`places`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from ocop_market.cli.frame import Exit, emit, number, shared_options, speaks_plainly, table, tell
from ocop_market.cli.speech import Day, SpeakingCommand, option
from ocop_market.language import N_, say, translate
from ocop_market.market import open_market
from ocop_market.model.product import Place
from ocop_market.places.counting import PLACE_DIVIDED, PLACE_UNKNOWN, by_confidence, totals
from ocop_market.places.gazetteer import gazetteer
from ocop_market.places.names import read_place
from ocop_market.places.resolution import resolve, resolve_product
from ocop_market.places.units import CONFIDENCE_WORDS, GEOGRAPHY_WORDS, OLD_TO, Confidence, Geography, Level, Part, Resolved
from ocop_market.reports.figures import WORDS

SMALL_LIST = N_('Communes are known of the demo list only. For all communes: pip install "ocop-market[places]"')
NOTHING = N_("The catalog is empty. Put your list in with: ocop-market import FILE")
MORE = N_("… {count} more; --all shows them")
COUNT_TITLES = {Level.PROVINCE: N_("Products by province ({units})"), Level.DISTRICT: N_("Products by district ({units})"),
                Level.COMMUNE: N_("Products by commune ({units})")}
SURE = (Confidence.EXACT, Confidence.BY_CODE)


@click.command("places", cls=SpeakingCommand, help=N_(
    "Shows how sure the places of the catalog are in the units of 30/6/2025 and of today, and which are doubtful."))
@option("--check", "names", metavar="NAME", multiple=True,
        help=N_("Look a place up instead: 'Xã Tân Lĩnh, Huyện Lục Yên, Yên Bái'; may be repeated."))
@option("--on", "day", type=Day(), help=N_("The day whose units are meant, where a place has no date of its own."))
@option("--by", type=click.Choice([level.value for level in Level]), help=N_("Count the products by this unit instead."))
@option("--geography", type=click.Choice([geography.value for geography in Geography]), default=Geography.PRESENT.value,
        help=N_("Count places by the units of 30/6/2025 ('old') or of today ('present', the default)."))
@option("--all", "show_all", is_flag=True, help=N_("Show all rows, not the first twenty."))
@shared_options
@speaks_plainly
def places(names: tuple[str, ...], day: datetime | None, by: str | None, geography: str, show_all: bool, market_folder: Path,
           as_json: bool) -> Exit:
    """Shows, counts or looks up places."""
    on = day.date() if day else None
    if names:
        return _check([resolve(read_place(name), on) for name in names], as_json)
    with open_market(market_folder) as market:
        found = [resolve_product(product, on) for product in market.products().values()]
    if by is not None:
        return _count(found, Level(by), Geography(geography), show_all, as_json)
    return _summary(found, show_all, as_json)


def _check(found: Sequence[Resolved], as_json: bool) -> Exit:
    if as_json:
        emit([place_json(place) for place in found])
    else:
        for place in found:
            tell(published_text(place.published))
            for geography in Geography:
                tell(f"  {translate(GEOGRAPHY_WORDS[geography])}: {unit_text(place, geography)}")
            tell(f"  → {place.because.sentence()}")
    told = all(place.confidence(geography) is not Confidence.UNKNOWN for place in found for geography in Geography)
    return Exit.DONE if told else Exit.PARTLY


def _count(found: Sequence[Resolved], level: Level, geography: Geography, show_all: bool, as_json: bool) -> Exit:
    counts = totals(((place, 1) for place in found), geography, level)
    rows = sorted(counts.items(), key=lambda row: (row[0] in (PLACE_UNKNOWN, PLACE_DIVIDED), -row[1], row[0]))
    if as_json:
        emit({"geography": geography.value, "by": level.value, "rows": [{"key": key, "products": count} for key, count in rows],
              "total": len(found)})
        return Exit.DONE
    most = max(counts.values(), default=0)
    shown = [(translate(WORDS.get(key, key)), count, bar(count, most)) for key, count in (rows if show_all else rows[:20])]
    table(say(COUNT_TITLES[level], units=translate(GEOGRAPHY_WORDS[geography])), ("", translate(N_("Products")), ""), [
        *shown, (translate(N_("Total")), number(len(found)), "")], right=[1])
    if len(rows) > len(shown):
        tell(say(MORE, count=len(rows) - len(shown)))
    return Exit.DONE


def _summary(found: Sequence[Resolved], show_all: bool, as_json: bool) -> Exit:
    doubts = _doubts(found)
    counts = {geography: by_confidence(found, geography) for geography in Geography}
    if as_json:
        emit({"products": len(found), "all_communes": gazetteer().complete,
              "confidence": {geography.value: {how.value: count for how, count in counts[geography].items()} for geography in Geography},
              "doubtful": [{**place_json(place), "products": count} for place, count in doubts]})
        return Exit.DONE
    if not found:
        tell(translate(NOTHING))
        return Exit.DONE
    headings = ["", _day(OLD_TO), "", translate(N_("today")), ""]
    table(say(N_("Places of {count} products, by how they were found"), count=number(len(found))), headings, [
        (translate(CONFIDENCE_WORDS[how]), *(cell for geography in Geography for cell in (
            counts[geography][how], bar(counts[geography][how], len(found), width=10)))) for how in Confidence], right=[1, 3])
    shown = doubts if show_all else doubts[:20]
    if shown:
        table(translate(N_("Doubtful places")), [translate(heading) for heading in (
            N_("As published"), N_("Day"), N_("Products"), N_("Remark"))], [
                (published_text(place.published), _day(place.on), count, place.because.sentence()) for place, count in shown], right=[2])
    if len(doubts) > len(shown):
        tell(say(MORE, count=len(doubts) - len(shown)))
    if not gazetteer().complete:
        tell(translate(SMALL_LIST))
    return Exit.DONE


def _doubts(found: Sequence[Resolved]) -> list[tuple[Resolved, int]]:
    """Places that are not sure in one of the geographies, those least sure first, with their numbers of products."""
    order = list(Confidence)
    counts = Counter((place.published, place.on) for place in found)
    once = {(place.published, place.on): place for place in found}

    def least_sure(place: Resolved) -> int:
        return max(order.index(place.confidence(geography)) for geography in Geography)

    doubtful = [(place, counts[key]) for key, place in once.items() if order[least_sure(place)] not in SURE]
    return sorted(doubtful, key=lambda row: (-least_sure(row[0]), -row[1], published_text(row[0].published)))


def place_json(place: Resolved) -> dict[str, Any]:
    """A resolved place for scripts."""
    return {"published": {"province": place.published.province, "district": place.published.district, "commune": place.published.commune},
            "on": place.on.isoformat() if place.on else None,
            **{geography.value: {level.value: _part(place.unit(geography).at(level)) for level in Level
                                 if geography is Geography.OLD or level is not Level.DISTRICT} for geography in Geography},
            "candidates": [{"name": part.name, "code": part.code} for part in place.candidates],
            "code": place.because.code, "message": place.because.sentence()}


def published_text(place: Place) -> str:
    """A place in one line, the smallest unit first."""
    return ", ".join(filter(None, (place.commune, place.district, place.province)))


def unit_text(place: Resolved, geography: Geography) -> str:
    """The known units with their codes, and how the finest one that was published was found."""
    unit = place.unit(geography)
    known = [f"{part.name} {part.code}" for part in (unit.commune, unit.district, unit.province) if part.code]
    return f"{', '.join(known) or '–'} ({translate(CONFIDENCE_WORDS[place.confidence(geography)])})"


def bar(count: int, most: int, *, width: int = 20) -> str:
    """A bar of at most `width` blocks; anything above nothing shows."""
    return "█" * (max(1, round(width * count / most)) if count else 0)


def _part(part: Part) -> dict[str, str]:
    return {"name": part.name, "code": part.code, "confidence": part.confidence.value}


def _day(on: date | None) -> str:
    return f"{on:%d/%m/%Y}" if on else "–"
