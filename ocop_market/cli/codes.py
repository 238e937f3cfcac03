"""`codes`: what is printed on packs, checked; links and QR codes made; labels looked through."""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any, TypeVar

import click

from ocop_market.catalog.goods import goods_kind
from ocop_market.cli.code_lists import ListedCode, codes_of
from ocop_market.cli.frame import Exit, emit, number, shared_options, speaks_plainly, table, tell
from ocop_market.cli.speech import Day, SpeakingCommand, SpeakingGroup, argument, option
from ocop_market.codes.digital_link import write_link
from ocop_market.codes.elements import Days
from ocop_market.codes.gtin import Gtin, Verdict, read_gtin
from ocop_market.codes.label import FACT_WORDS, LabelCheck, LabelFact, check_label
from ocop_market.codes.qr import write_qr
from ocop_market.codes.survey import survey
from ocop_market.codes.trace_code import CodeKind, TraceCode, classify
from ocop_market.errors import Problem, SettingsError
from ocop_market.language import N_, say, translate
from ocop_market.market import Market, open_market
from ocop_market.model.clock import business_day, utc_now
from ocop_market.model.product import Product

Command = TypeVar("Command", bound=Callable[..., Any])

KINDS = {
    CodeKind.DIGITAL_LINK: N_("GS1 Digital Link"), CodeKind.ELEMENT_STRING: N_("GS1 data of a scanner"),
    CodeKind.PRINTED: N_("GS1 data as printed"), CodeKind.GTIN: N_("product number (GTIN)"), CodeKind.URL: N_("web address"),
    CodeKind.TEXT: N_("plain text"), CodeKind.PAYMENT: N_("payment code"),
}
VERDICTS = {
    Verdict.GOOD: N_("in order"), Verdict.DOUBTFUL: N_("doubtful"), Verdict.REFUSED: N_("not usable"), Verdict.EMPTY: N_("none"),
}
UNKNOWN_SKU = N_("No product has the SKU “{sku}”. Look it up in your list.")
NO_GTIN = N_("{sku} has no usable product number (GTIN): {reason} A Digital Link needs one; a QR code of any text can be made with --text.")
NO_NUMBER = N_("none is kept in the catalog.")
PREFIX = N_("Company prefix {prefix}, by a table for advice only: it tells who was given the number, not where the goods come from.")
BETTER = N_("Perhaps meant: {offer}")
COUNTED = N_("{count} codes: {faulty} with remarks.")
ALL_WELL = N_("No faults were found in the codes of {count} products.")
FOUND = N_("{count} remarks on {products} products.")
WRITTEN = N_("{path} was written: {text}. Print it at least {side} mm wide, white edge included.")
LINK_OR_TEXT = N_("Give --domain for the product's own link, or --text for any text.")
COMPLETE = N_("The label of {name} ({sku}) says all that the catalog can check.")
EXEMPT = N_("{name} ({sku}) needs no label: {reason!t}.")
SERVICE = N_("it is a service")
LOOSE = N_("fresh food, sold unpacked by its producer")
FACTS_KNOWN = N_("{share} % of what labels must say is known, over {count} products.")
EMPTY = N_("The catalog is empty. Put your list in with: ocop-market import FILE")
ROWS_SHOWN = 40
BAR = 20


@click.group("codes", cls=SpeakingGroup, help=N_("Barcodes, QR codes, trace links and labels of the goods."))
def codes() -> None:
    """The group."""


@codes.command("check", cls=SpeakingCommand, help=N_(
    "Tells what a code is and what is wrong with it: TEXT as scanned, or every code of a FILE (.xlsx, .csv, .txt)."))
@argument("code", metavar="TEXT")
@option("--column", default="", metavar="NAME", help=N_("Heading of the column with the codes, when it is not found by itself."))
@option("--own-host", "own_hosts", multiple=True, metavar="NAME", help=N_("A web address of your own, for example htx.example.vn."))
@option("--all", "show_all", is_flag=True, help=N_("Show every code, not only those with remarks."))
@shared_options
@speaks_plainly
def check(code: str, column: str, own_hosts: tuple[str, ...], show_all: bool, market_folder: Path, as_json: bool) -> Exit:
    """Classifies one text, or a column of a list. Needs no market."""
    today = business_day(utc_now())
    if column or _is_file(code):
        listed = codes_of(Path(code), column)
        return _show_list([(one, classify(one.text, today=today, own_hosts=own_hosts)) for one in listed], as_json=as_json,
                          show_all=show_all)
    found = classify(code, today=today, own_hosts=own_hosts)
    if as_json:
        emit(code_json(found))
    else:
        _show_one(found)
    return Exit.PARTLY if found.problems else Exit.DONE


def _is_file(text: str) -> bool:
    try:
        return Path(text).is_file()
    except (OSError, ValueError):  # a code can be too long for a name, or hold what names cannot
        return False


def code_json(code: TraceCode) -> dict[str, Any]:
    """A code for scripts; of a payment code only that it is one."""
    days = {name: [span.first.isoformat(), span.last.isoformat()] for name in ("expiry", "produced", "harvested")
            if (span := getattr(code, name))}
    raw = code.shown if code.kind is CodeKind.PAYMENT else code.raw
    return {"raw": raw, "kind": code.kind, "system": code.system, "page": code.page, "gtin": code.gtin, "lot": code.lot,
            "serial": code.serial, "gln": code.gln, **days, "fields": {one.ai: one.value for one in code.elements}, "offer": code.offer,
            "problems": [_problem_json(problem) for problem in code.problems]}


def _problem_json(problem: Problem) -> dict[str, str]:
    return {"code": problem.code, "message": problem.sentence()}


def _show_one(code: TraceCode) -> None:
    facts = [(N_("Kind"), translate(KINDS[code.kind])), (N_("Text"), code.shown), (N_("Page of"), _page(code)),
             (N_("Product number"), Gtin(code.gtin).native if code.gtin else ""), (N_("Lot"), code.lot), (N_("Serial"), code.serial),
             (N_("Place or firm (GLN)"), code.gln), (N_("Expiry"), _days(code.expiry)), (N_("Made"), _days(code.produced)),
             (N_("Harvested"), _days(code.harvested))]
    table("", [translate(N_("What")), translate(N_("Value"))], [(translate(name), value) for name, value in facts if value])
    for problem in code.problems:
        tell("! " + problem.sentence())
    if code.offer:
        tell("→ " + say(BETTER, offer=code.offer))
    if code.gtin and (prefix := Gtin(code.gtin).company_prefix):
        tell(say(PREFIX, prefix=prefix))


def _page(code: TraceCode) -> str:
    return " · ".join(part for part in (code.page, code.system) if part and part != "unknown")


def _days(span: Days | None) -> str:
    if span is None:
        return ""
    return f"{span.first:%d/%m/%Y}" if span.first == span.last else f"{span.first:%d/%m/%Y} – {span.last:%d/%m/%Y}"


def _show_list(found: Sequence[tuple[ListedCode, TraceCode]], *, as_json: bool, show_all: bool) -> Exit:
    faulty = [(one, code) for one, code in found if code.problems]
    code_of_end = Exit.PARTLY if faulty else Exit.DONE
    if as_json:
        emit([{"row": one.row, **code_json(code)} for one, code in found])
        return code_of_end
    tell(say(COUNTED, count=number(len(found)), faulty=number(len(faulty))))
    kinds = Counter(code.kind for _, code in found)
    _bars(translate(N_("Kind")), [(translate(KINDS[kind]), count) for kind, count in kinds.most_common()], len(found))
    shown = found if show_all else faulty[:ROWS_SHOWN]
    if shown:
        table(translate("Remarks"), [translate("Row"), translate(N_("Text")), translate("Remark")],
              [(one.row, code.shown, " ".join(problem.sentence() for problem in code.problems)) for one, code in shown], right=[0])
    return code_of_end


def _bars(heading: str, counts: Sequence[tuple[str, int]], whole: int) -> None:
    table("", [heading, "", ""], [(name, number(count), "█" * round(BAR * count / whole)) for name, count in counts], right=[1])


@codes.command("catalog", cls=SpeakingCommand, help=N_(
    "Checks the barcodes of the catalog: wrong or lost digits, numbers that shops refuse, one number on several goods; also contents "
    "and prices that look mistyped."))
@option("--all", "show_all", is_flag=True, help=N_("Show every remark, not the first forty."))
@shared_options
@speaks_plainly
def catalog(show_all: bool, market_folder: Path, as_json: bool) -> Exit:
    """Problems and duplicates over the market's catalog."""
    with open_market(market_folder) as market:
        products = list(market.products().values())
    verdicts = Counter(read_gtin(product.gtin).verdict for product in products)
    found = survey(products)
    if as_json:
        emit({"products": len(products), "gtin": {verdict: verdicts[verdict] for verdict in Verdict},
              "problems": [{"sku": product.sku, "name": product.name, **_problem_json(problem)} for product, problem in found]})
        return Exit.PARTLY if found else Exit.DONE
    if not products:
        tell(translate(EMPTY))
        return Exit.DONE
    _bars(translate(N_("Barcodes")), [(translate(VERDICTS[verdict]), verdicts[verdict]) for verdict in Verdict], len(products))
    if not found:
        tell(say(ALL_WELL, count=number(len(products))))
        return Exit.DONE
    shown = found if show_all else found[:ROWS_SHOWN]
    tell(say(FOUND, count=number(len(found)), products=number(len({product.sku for product, _ in found}))))
    table(translate("Remarks"), ["SKU", translate(N_("Product")), translate("Remark")],
          [(product.sku, product.name, problem.sentence()) for product, problem in shown])
    return Exit.PARTLY


def link_options(command: Command) -> Command:
    """What a link may carry: domain, path, lot, serial, expiry, day of making."""
    for decorate in reversed((
            option("--domain", default="", metavar="NAME", help=N_("Host of the link, for example example.vn.")),
            option("--path", "prefix", default="", metavar="TEXT", help=N_("Path before the number, for example sp.")),
            option("--lot", default="", metavar="TEXT", help=N_("Lot: at most 20 letters and digits without marks or spaces.")),
            option("--serial", default="", metavar="TEXT", help=N_("Serial number of the single pack.")),
            option("--expiry", type=Day(), help=N_("Last day of use.")),
            option("--made", type=Day(), help=N_("Day of making.")))):
        command = decorate(command)
    return command


@codes.command("link", cls=SpeakingCommand, help=N_("Writes the GS1 Digital Link of the product SKU."))
@argument("sku")
@link_options
@shared_options
@speaks_plainly
def link(sku: str, domain: str, market_folder: Path, as_json: bool, **parts: Any) -> Exit:
    """Prints a link that reads back to the same facts."""
    if not domain:
        raise SettingsError(LINK_OR_TEXT, code="domain-missing")
    with open_market(market_folder) as market:
        made = _link_of(_product(market, sku), domain, **parts)
    if as_json:
        emit({"sku": sku, "link": made})
    else:
        tell(made)
    return Exit.DONE


@codes.command("qr", cls=SpeakingCommand, help=N_("Writes a QR code for the product SKU as .svg or .png: its Digital Link, or any --text."))
@argument("sku")
@option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help=N_("File to write, .svg or .png."))
@option("--text", default="", metavar="TEXT", help=N_("What the code says instead of the Digital Link, for example a trace page."))
@link_options
@shared_options
@speaks_plainly
def qr(sku: str, out: Path, text: str, domain: str, market_folder: Path, as_json: bool, **parts: Any) -> Exit:
    """Writes the picture of a code."""
    if bool(domain) == bool(text):
        raise SettingsError(LINK_OR_TEXT, code="domain-missing")
    with open_market(market_folder) as market:
        product = _product(market, sku)
        said = text or _link_of(product, domain, **parts)
    made = write_qr(said, out)
    if as_json:
        emit({"sku": sku, "file": str(out.resolve()), "text": made.text, "side_mm": made.side_mm, "version": made.symbol.designator})
    else:
        tell(say(WRITTEN, path=out, text=made.text, side=f"{made.side_mm:g}".replace(".", ",")))
    return Exit.DONE


def _link_of(product: Product, domain: str, *, prefix: str, lot: str, serial: str, expiry: datetime | None, made: datetime | None) -> str:
    reading = read_gtin(product.gtin)
    if reading.gtin is None or reading.verdict is not Verdict.GOOD:
        reason = " ".join(problem.sentence() for problem in reading.problems) or translate(NO_NUMBER)
        raise SettingsError(NO_GTIN, code="gtin-unusable", sku=product.sku, reason=reason)
    attributes = {ai: f"{day:%y%m%d}" for ai, day in (("17", expiry), ("11", made)) if day}
    return write_link(domain, reading.gtin.stored, lot=lot, serial=serial, path=prefix, attributes=attributes)


def _product(market: Market, sku: str) -> Product:
    try:
        return market.products()[sku]
    except KeyError:
        raise SettingsError(UNKNOWN_SKU, code="sku-unknown", sku=sku) from None


@codes.command("label", cls=SpeakingCommand, help=N_(
    "Shows what the labels must say and the catalog does not know, for all products or for SKU, by Decree 37/2026/NĐ-CP."))
@argument("sku", required=False)
@option("--labelled-on", type=Day(), help=N_("Day on which the stock was labelled: before 23/1/2026 the older decree counts."))
@option("--loose", "sold_loose", is_flag=True, help=N_("Sold unpacked by the producer: fresh food then needs no label."))
@shared_options
@speaks_plainly
def label(sku: str | None, labelled_on: datetime | None, sold_loose: bool, market_folder: Path, as_json: bool) -> Exit:
    """Looks labels through."""
    with open_market(market_folder) as market:
        products = [_product(market, sku)] if sku else list(market.products().values())
        judge = functools.partial(_judge, day=market.today, labelled_on=labelled_on.date() if labelled_on else None, sold_loose=sold_loose)
    checks = [(product, judge(product)) for product in products]
    if as_json:
        emit([_label_json(product, one) for product, one in checks])
    elif sku:
        _show_label(*checks[0])
    else:
        _show_labels(checks)
    return Exit.PARTLY if any(one.missing for _, one in checks) else Exit.DONE


def _judge(product: Product, *, day: date, labelled_on: date | None, sold_loose: bool) -> LabelCheck:
    return check_label(product, goods_kind(product), day, labelled_on=labelled_on, sold_loose=sold_loose)


def _label_json(product: Product, one: LabelCheck) -> dict[str, Any]:
    return {"sku": product.sku, "name": product.name, "kind": one.kind, "exempt": one.exempt, "complete": round(one.complete, 3),
            "missing": list(one.missing), "problems": [_problem_json(problem) for problem in one.problems],
            "advice": [_problem_json(problem) for problem in one.advice], "sources": list(one.sources)}


def _show_label(product: Product, one: LabelCheck) -> None:
    if one.exempt:
        tell(say(EXEMPT, name=product.name, sku=product.sku, reason=SERVICE if one.kind == "tourism" else LOOSE))
        return
    if not one.missing:
        tell(say(COMPLETE, name=product.name, sku=product.sku))
    for problem in one.problems:
        tell("! " + problem.sentence())
    for problem in one.advice:
        tell("  " + problem.sentence())
    tell("  " + "; ".join(one.sources))


def _show_labels(checks: Sequence[tuple[Product, LabelCheck]]) -> None:
    judged = [one for _, one in checks if one.required]
    if not judged:
        tell(translate(EMPTY))
        return
    asked = Counter(fact for one in judged for fact in one.required)
    missing = Counter(fact for one in judged for fact in one.missing)
    share = round(100 * (1 - missing.total() / asked.total()))
    tell(say(FACTS_KNOWN, share=share, count=number(len(judged))))
    table("", [translate(N_("The label says")), translate(N_("known")), translate(N_("asked of")), ""],
          [(translate(FACT_WORDS[fact]), number(asked[fact] - missing[fact]), number(asked[fact]),
            "█" * round(BAR * (asked[fact] - missing[fact]) / asked[fact])) for fact in LabelFact if asked[fact]], right=[1, 2])
