"""From a count of the catalog to the products behind it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from ocop_market.catalog.lookup import finder
from ocop_market.catalog.subjects import kinds_of_subjects, subject_of
from ocop_market.growth.address import OF_SUBJECTS, Address, Measure, Slice, parse, period_text
from ocop_market.growth.compare import By
from ocop_market.model.product import Certificate, ProducerKind, Product
from ocop_market.places.units import Level
from ocop_market.reports.official.collect import localities
from ocop_market.reports.official.recognition import EVENT_MEASURES, Recognised, changes, is_due, recognised
from ocop_market.reports.official.trade import Channel, trade
from ocop_market.store.catalog import load_former_codes
from ocop_market.store.publications import load_publications


@dataclass(frozen=True)
class Behind:
    """One product behind a count, with the certificate that makes it count; `on` is the day of what happened, of counts of events."""

    sku: str
    name: str
    producer: str
    locality: str
    certificate: Certificate | None
    on: date | None = None


@dataclass(frozen=True)
class Outlet:
    """A point of sale with its revenue in đồng, now and a year before, and the address of the former."""

    name: str
    account: str
    now: int
    before: int
    address: Address


@dataclass(frozen=True)
class Count:
    """A figure of the catalog and the products behind it. Several products of one subject are one in counts of subjects."""

    address: Address
    value: int | float | None
    products: tuple[Behind, ...]


def behind(connection: Connection, products: Mapping[str, Product], address: Address) -> Count:
    """What a count is made of, by the catalog as it is now; SettingsError for districts of today."""
    if address.measure is Measure.LISTED:
        return _listed(connection, products, address)
    level = Level(address.by.value) if address.by else Level.PROVINCE
    as_of = address.period.end
    found = recognised(products.values(), as_of, localities(address.geography, level))
    if address.slice is Slice.BY:
        found = [one for one in found if one.key == address.key]
    if address.measure in OF_SUBJECTS:
        return _subjects(found, address)
    events = {measure: what for what, measure in EVENT_MEASURES.items()}
    if what := events.get(address.measure.value):
        happened = [event for event in changes(found, address.period) if event.what == what]
        listed = [_behind(event.of, event.certificate, event.on) for event in happened]
    else:
        listed = [_behind(one, one.in_force.certificate if one.in_force and address.measure is not Measure.EVER else one.last)
                  for one in found if _counts(one, address.measure, as_of)]
    listed = [one for one in listed if address.stars is None or (one.certificate and _stars(one.certificate, address) == address.stars)]
    return Count(address, len(listed), tuple(listed))


def outlets_behind(connection: Connection, products: Mapping[str, Product], channels: Mapping[str, Channel], address: Address,
                   ) -> list[Outlet]:
    """The points of sale with sales in the period or a year before; their list is that of the report."""
    table = trade(connection, products, channels, address.period, address.basis, address.geography, By.PROVINCE, "").points
    return [Outlet(str(row[0]), str(row[1]), int(row[3] or 0), int(row[4] or 0),
                   parse(f"revenue/basis={address.basis}/{of.within}/{period_text(address.period)}"))
            for row, of in zip(table.rows, table.of_rows, strict=True) if of is not None]


def _counts(one: Recognised, measure: Measure, as_of: date) -> bool:
    match measure:
        case Measure.IN_FORCE:
            return one.in_force is not None
        case Measure.UNDATED:
            return one.undated and one.in_force is None
        case Measure.DUE:
            return is_due(one, as_of)
    return True


def _stars(certificate: Certificate, address: Address) -> int | None:
    """Of what was ever recognised, potentials of five stars count as the lowest, as in the table."""
    return certificate.stars or (3 if address.measure is Measure.EVER else None)


def _subjects(found: Iterable[Recognised], address: Address) -> Count:
    counted = [one for one in found if address.measure is Measure.SUBJECTS_EVER or one.in_force]
    kinds = kinds_of_subjects(one.product for one in counted)
    meant = {subject for subject, kind in kinds.items() if address.slice is Slice.ALL or kind is ProducerKind(address.key)}
    listed = tuple(_behind(one, one.in_force.certificate if one.in_force else one.last) for one in counted
                   if subject_of(one.product) in meant)
    if address.measure is Measure.SUBJECT_SHARE:
        return Count(address, 100 * len(meant) / len(kinds) if kinds else None, listed)
    return Count(address, len(meant), listed)


def _listed(connection: Connection, products: Mapping[str, Product], address: Address) -> Count:
    find = finder(products, load_former_codes(connection))
    found = {product.sku: product for sku, known in load_publications(connection, address.key).items()
             if known.on_sale and (product := find(sku))}
    listed = tuple(Behind(product.sku, product.name, product.producer, product.place.province, None) for product in found.values())
    return Count(address, len(listed), listed)


def _behind(one: Recognised, certificate: Certificate, on: date | None = None) -> Behind:
    return Behind(one.product.sku, one.product.name, one.product.producer, one.locality, certificate, on)
