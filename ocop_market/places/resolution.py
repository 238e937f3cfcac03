"""A place as published, resolved to the units of 30/6/2025 and of today."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from ocop_market.errors import Problem, SettingsError
from ocop_market.language import N_
from ocop_market.model.product import Place, Product
from ocop_market.places.findings import find_district, is_code, note
from ocop_market.places.gazetteer import Gazetteer, gazetteer
from ocop_market.places.provinces import (
    Province,
    formed_from,
    nearest_name,
    old_named,
    old_provinces,
    present_named,
    province_by_code,
)
from ocop_market.places.readings import NAME_OF_BOTH, Reader, less_sure, with_at_most
from ocop_market.places.units import OLD_TO, Confidence, Level, Part, Resolved, Unit

NO_PROVINCE = N_("No province is published. Enter it.")
NO_SUCH_PROVINCE = N_("There is no province “{text}”. Check the name.")
NEAREST = N_("There is no province “{text}”; perhaps {name} is meant. Check the name.")
ENDED = N_("The province {text} ended on 30/6/2025, before the date of the list; its old land is meant.")
BY_DISTRICT = N_("Districts ended on 30/6/2025: {district} shows that a unit of the old province {province} is meant.")
BY_COMMUNE = N_("No date is known; of the lists of 30/6/2025 and of today only one has “{text}”.")


def resolve(place: Place, on: date | None = None, *, units: Gazetteer | None = None) -> Resolved:
    """Both geographies of a place that was published `on` a day (None: not known).

    A province's name of both times is read by the date; without one, a district or a commune of one time decides, else the
    old province stays unknown. A code in place of a name needs the date. Without the extra `places` most communes stay
    unknown (`units`: other lists than the installed ones). Never raises: `because` says what is missing.
    """
    reader = Reader(place, on, gazetteer() if units is None else units)
    if not place.province.strip():
        return _nowhere(reader, note("place-no-province", NO_PROVINCE))
    if is_code(place.province, Level.PROVINCE):
        return _by_code(reader)
    old, present = old_named(place.province), present_named(place.province)
    if old is None:
        nearest = nearest_name(place.province)
        return _nowhere(reader, note("place-no-such-province", NEAREST if nearest else NO_SUCH_PROVINCE, text=place.province, name=nearest))
    if on is not None and on <= OLD_TO:
        return reader.as_old(old, Confidence.EXACT)
    if present is None:
        return reader.as_old(old, Confidence.EXACT) if on is None else reader.as_old(
            old, Confidence.BY_NAME, note("place-ended", ENDED, text=old.name))
    return _of_both_times(reader, old, present)


def published_on(product: Product) -> date | None:
    """The day whose units a product's place names: that of its newest certificate, or None."""
    return max((c.issued_on for c in product.certificates if c.issued_on), default=None)


def resolve_product(product: Product, on: date | None = None) -> Resolved:
    """A product's place; `on` (the day of the import, say) counts where no certificate has a date."""
    return _kept(product.place, published_on(product) or on)


@lru_cache(maxsize=20_000)
def _kept(place: Place, on: date | None) -> Resolved:
    return resolve(place, on)


def _by_code(reader: Reader) -> Resolved:
    try:
        province = province_by_code(reader.place.province, reader.on)
    except SettingsError as error:
        return _nowhere(reader, Problem(error.code, error.message, "place", error.values))
    if province.became:
        return reader.as_old(old_provinces()[province.code], Confidence.BY_CODE)  # under its last name
    return reader.as_present(province, Confidence.BY_CODE)


def _of_both_times(reader: Reader, old: Province, present: Province) -> Resolved:
    """A name that is a province's before and after, undated or of today; only eleven of them are the same land."""
    unchanged = len(formed_from(present.code)) == 1
    home = _by_district(reader, old, present)
    if home is not None:
        because = note("place-by-district", BY_DISTRICT, district=reader.place.district, province=home.name)
        return reader.as_old(home, Confidence.EXACT) if unchanged else reader.as_old(home, Confidence.BY_NAME, because)
    if reader.on is not None:
        now = reader.as_present(present, Confidence.EXACT)
        missing = reader.place.commune and not now.present.commune.code
        return (reader.under_old_name(present) if missing else None) or now
    how = Confidence.EXACT if unchanged else Confidence.BY_NAME
    return _either(reader.as_old(old, how), reader.as_present(present, how), complete=reader.units.complete)


def _by_district(reader: Reader, old: Province, present: Province) -> Province | None:
    """The old province that a published district was in; without a date, one that none had means the old one of the name."""
    if not reader.place.district:
        return None
    homes = [home for home in formed_from(present.code) if find_district(
        reader.place.district, reader.units.districts_of(home.code), home.name, OLD_TO).unit]
    if reader.on is None and (old in homes or not homes):
        return old
    return homes[0] if len(homes) == 1 else None


def _either(as_old: Resolved, as_present: Resolved, *, complete: bool) -> Resolved:
    """Without a date: the one reading that finds the commune, else what both readings agree on."""
    place = as_old.published
    in_old, in_present = bool(as_old.old.commune.code), bool(as_present.present.commune.code)
    if complete and in_old != in_present:
        return with_at_most(as_old if in_old else as_present, Confidence.BY_NAME, note("place-by-commune", BY_COMMUNE, text=place.commune))
    old, present = _common(as_old.old, as_present.old), _common(as_old.present, as_present.present)
    because = as_present.because if old.province.code else note("place-of-both-times", NAME_OF_BOTH, text=place.province)
    return Resolved(place, None, old, present, because)


def _common(one: Unit, other: Unit) -> Unit:
    def shared(a: Part, b: Part) -> Part:
        return Part(a.name, a.code, less_sure(a.confidence, b.confidence)) if a.code and a.code == b.code else Part()

    return Unit(shared(one.province, other.province), shared(one.district, other.district), shared(one.commune, other.commune))


def _nowhere(reader: Reader, because: Problem) -> Resolved:
    return Resolved(reader.place, reader.on, Unit(), Unit(), because)
