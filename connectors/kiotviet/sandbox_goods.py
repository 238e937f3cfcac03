"""The practice shop's articles: seeding, reading, and the rules under which they are written."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from connectors.kiotviet.sandbox_dialect import Query, broken_rule, fields_of, local_text, malformed, without_gaps
from connectors.kiotviet.sandbox_shop import OPENED, RETAILER_ID, Branch, category_name
from ocop_market.model.clock import Clock
from ocop_market.model.text import fold
from ocop_market.sandbox.buyers import Good
from ocop_market.sandbox.shelf import Record, Shelf

FIRST_ID = 1_000_001
BARCODE_LIMIT = 16
"""Most characters of `barCode`, products chapter 2026-03."""

TAXES: Mapping[int, tuple[str, float | None]] = {1: ("VAT 0%", 0), 2: ("VAT 5%", 5), 3: ("VAT 8%", 8), 4: ("VAT 10%", 10),
                                                 5: ("KCT", None), 12: ("KKKNT", None)}
"""Tax ids of a shop under the deduction method; those of the direct method (6 to 9, 64 to 66) are refused here."""

_DELETED = "Hàng hóa không tồn tại hoặc đã bị xóa"
_TEXTS = {"barcode": "barCode", "unit": "unit", "description": "description"}
_SWITCHES = {"allowssale": "allowsSale", "hasvariants": "hasVariants", "isactive": "isActive", "isrewardpoint": "isRewardPoint"}
_AMOUNTS = {"baseprice": "basePrice", "weight": "weight", "conversionvalue": "conversionValue"}
_LINKS = {"masterproductid": "masterProductId", "masterunitid": "masterUnitId", "trademarkid": "tradeMarkId"}


class Goods:
    """Articles on a shelf; a deleted one stays there, unseen."""

    def __init__(self, shelf: Shelf, seeded: Shelf, branches: Sequence[Branch], clock: Clock) -> None:
        self._shelf, self._seeded, self._branches, self._clock = shelf, seeded, {b.id: b for b in branches}, clock

    def seed(self, goods: Iterable[Good]) -> None:
        """Puts the history's articles on the shelf, once each, with stock to practise on."""
        for number, good in enumerate(goods):
            if good.sku in self._seeded:
                continue
            stock = {str(branch): {"onHand": (35.5 if good.loose else 40.0) + (number * 7 + place * 11) % 60,
                                   "cost": good.price * 6 // 10, "reserved": float(number % 3)}
                     for place, branch in enumerate(self._branches)}
            unit = "kg" if good.loose else ""
            record = self._blank() | {
                "code": good.sku, "name": good.name, "fullName": f"{good.name} (kg)" if good.loose else good.name, "unit": unit,
                "categoryId": 201, "basePrice": good.price, "weight": float(good.weight_g), "stock": stock,
                "created": OPENED.isoformat()}
            self._shelf[str(record["id"])] = record
            self._seeded[good.sku] = {"id": record["id"]}

    def seeded_id(self, good: Good) -> int:
        """The product id of an article of the history, whatever became of the product."""
        return int(self._seeded[good.sku]["id"])

    def on_sale(self) -> list[Record]:
        """All articles that were not deleted, oldest first."""
        return [record for record in self._shelf.values() if not record.get("deleted")]

    def deleted_since(self, moment: datetime) -> list[int]:
        """Ids of the articles deleted at or after a moment."""
        return [record["id"] for record in self._shelf.values() if record.get("deleted") and _touched(record) >= moment]

    def by_id(self, number: int) -> Record:
        """One article. Raises Refusal (420) when it was deleted or never there."""
        record = self._shelf.get(str(number))
        if record is None or record.get("deleted"):
            raise broken_rule(_DELETED)
        return record

    def by_code(self, code: str) -> Record:
        """The article of that code. Raises Refusal (420) when there is none."""
        record = next((record for record in self.on_sale() if record["code"] == code), None)
        if record is None:
            raise broken_rule(_DELETED)
        return record

    def create(self, bodies: Sequence[object]) -> list[Record]:
        """Makes articles, all or none. Raises Refusal."""
        taken = {record["code"] for record in self.on_sale()}
        made: list[Record] = []
        for body in bodies:
            sent = fields_of(body)
            if not sent.get("name") or sent.get("categoryid") is None:
                raise broken_rule("Tên hàng hóa và nhóm hàng không được để trống")
            record = self._changed(self._blank(len(made)), sent)
            record["code"] = _code(sent) or _next_code(taken)
            if record["code"] in taken:
                raise broken_rule(f"Mã hàng hóa {record['code']} đã tồn tại")
            taken.add(record["code"])
            made.append(record)
        for record in made:
            self._shelf[str(record["id"])] = record
        return made

    def update(self, changes: Sequence[tuple[int, object]]) -> list[Record]:
        """Changes articles, all or none, leaving what is not sent. Raises Refusal."""
        made: list[Record] = []
        for number, body in changes:
            sent = fields_of(body)
            record = self._changed(self.by_id(number), sent)
            if code := _code(sent):
                if any(other["code"] == code and other["id"] != number for other in self.on_sale()):
                    raise broken_rule(f"Mã hàng hóa {code} đã tồn tại")
                record["code"] = code
            record["modified"] = self._clock().isoformat()
            made.append(record)
        for record in made:
            self._shelf[str(record["id"])] = record
        return made

    def delete(self, number: int) -> None:
        """Marks an article as deleted. Raises Refusal (420) when it is not there."""
        self._shelf[str(number)] = self.by_id(number) | {"deleted": True, "modified": self._clock().isoformat()}

    def select(self, query: Query) -> list[Record]:
        """The articles that a list call asks for."""
        since, wanted, active = query.moment("lastModifiedFrom"), fold(query.text("name")), query.flag("isActive")
        kind = query.number("productType")
        same = {field: number for field in ("categoryId", "masterProductId", "masterUnitId", "tradeMarkId")
                if (number := query.number(field)) is not None}
        return [record for record in self.on_sale()
                if (since is None or _touched(record) >= since) and wanted in fold(record["name"])
                and (active is None or record["isActive"] is active) and kind in (None, record["type"])
                and all(record.get(field) == number for field, number in same.items())]

    def row(self, record: Record, query: Query | None = None, stock_name: str = "inventories") -> dict[str, Any]:
        """An article as the platform shows it: as a list does for a query, else with all that a single one carries.

        Pictures are objects in a list and plain links in a single article.
        """
        images = record["images"] if query is None else [{"Image": link} for link in record["images"]]
        shown = without_gaps(
            **{name: record.get(name) for name in (
                "id", "code", "barCode", "name", "fullName", "categoryId", "description", "allowsSale", "type", "hasVariants",
                "isActive", "isRewardPoint", "unit", "masterProductId", "masterUnitId", "conversionValue", "tradeMarkId",
                "basePrice", "weight")},
            retailerId=RETAILER_ID, categoryName=category_name(record["categoryId"]), images=images or None,
            attributes=[{"productId": record["id"], **pair} for pair in record["attributes"]] or None,
            units=self._units(record) or None, productTaxs=_taxes(record) or None, **_stamps(record))
        if query is None or query.flag("includeInventory"):
            wanted = query.numbers("branchIds") if query else frozenset()
            shown[stock_name] = [self._stock_row(record, branch) for branch in self._branches if not wanted or branch in wanted]
        if query is None or query.flag("includePricebook"):
            shown["priceBooks"] = []
        if query is not None and query.flag("includeQuantity"):
            shown |= {"minQuantity": 0, "maxQuantity": 999_999_999}
        return shown

    def stock(self, record: Record, branches: frozenset[int]) -> dict[str, Any]:
        """The stock of an article as /productOnHands shows it, where the key is `onhand` in lower case."""
        return {"id": record["id"], "code": record["code"], **_stamps(record), "inventories": [
            {"branchId": branch, "onhand": _level(record, branch)["onHand"], "reserved": _level(record, branch)["reserved"]}
            for branch in self._branches if not branches or branch in branches]}

    def _blank(self, ahead: int = 0) -> Record:
        return {"id": max((int(key) for key in self._shelf), default=FIRST_ID - 1) + 1 + ahead, "code": "", "name": "",
                "fullName": "", "unit": "", "categoryId": 0, "basePrice": 0, "weight": 0.0, "conversionValue": 1.0, "type": 2,
                "allowsSale": True, "hasVariants": False, "isActive": True, "isRewardPoint": True, "images": [],
                "attributes": [], "taxes": [], "stock": {},
                "created": self._clock().isoformat()}

    def _changed(self, record: Record, sent: Mapping[str, Any]) -> Record:
        new = dict(record)
        for names, read in ((_TEXTS, _text), (_SWITCHES, _switch), (_AMOUNTS, _amount), (_LINKS, _number)):
            new |= {field: read(sent[name], field) for name, field in names.items() if sent.get(name) is not None}
        if len(new.get("barCode") or "") > BARCODE_LIMIT:
            raise broken_rule("Mã vạch không được quá 16 ký tự")
        if new["basePrice"] < 0:
            raise broken_rule("Giá bán không được nhỏ hơn 0")
        if sent.get("categoryid") is not None:
            new["categoryId"] = _number(sent["categoryid"], "categoryId")
            if category_name(new["categoryId"]) is None:
                raise broken_rule("Nhóm hàng không tồn tại")
        for link in ("masterProductId", "masterUnitId"):
            if new.get(link):
                self.by_id(new[link])
        if sent.get("images") is not None:
            new["images"] = [_text(link, "images") for link in _list(sent["images"], "images")]
        if sent.get("attributes") is not None:
            pairs = [fields_of(pair) for pair in _list(sent["attributes"], "attributes")]
            new["attributes"] = [{"attributeName": _text(pair.get("attributename"), "attributeName"),
                                  "attributeValue": _text(pair.get("attributevalue"), "attributeValue")} for pair in pairs]
        if sent.get("producttaxs") is not None:
            new["taxes"] = [_number(fields_of(tax).get("taxid"), "taxId") for tax in _list(sent["producttaxs"], "productTaxs")]
            if not set(new["taxes"]) <= set(TAXES):
                raise broken_rule("Mức thuế không hợp lệ với phương pháp tính thuế của gian hàng")
        new["stock"] = self._counted(new["stock"], _list(sent.get("inventories") or [], "inventories"))
        new["name"] = _text(sent.get("name") or record["name"], "name")
        new["fullName"] = _text(sent.get("fullname") or _full_name(new), "fullName")
        return new

    def _counted(self, stock: Mapping[str, Mapping[str, Any]], sent: Sequence[object]) -> dict[str, dict[str, Any]]:
        levels = {branch: dict(level) for branch, level in stock.items()}
        for entry in map(fields_of, sent):
            branch = _number(entry.get("branchid"), "branchId")
            if branch not in self._branches:
                raise broken_rule("Chi nhánh không tồn tại")
            levels[str(branch)] = {**_level({"stock": levels}, branch), **{
                field: _amount(entry[name], field) for name, field in (("onhand", "onHand"), ("cost", "cost"))
                if entry.get(name) is not None}}
        return levels

    def _units(self, record: Record) -> list[dict[str, Any]]:
        return [{name: other[name] for name in ("id", "code", "name", "fullName", "unit", "conversionValue", "basePrice")}
                for other in self.on_sale() if other.get("masterUnitId") == record["id"]]

    def _stock_row(self, record: Record, branch: int) -> dict[str, Any]:
        level = _level(record, branch)
        return {"productId": record["id"], "productCode": record["code"], "productName": record["name"], "branchId": branch,
                "branchName": self._branches[branch].name, "onHand": level["onHand"], "cost": level["cost"], "onOrder": 0.0,
                "reserved": level["reserved"], "minQuality": 0.0, "maxQuality": 999_999_999.0}


SORT_KEYS: Mapping[str, Callable[[Record], Any]] = {
    "id": lambda record: record["id"], "code": lambda record: record["code"], "name": lambda record: record["name"],
    "baseprice": lambda record: record["basePrice"], "createddate": lambda record: record["created"],
    "modifieddate": lambda record: record.get("modified"), "categoryid": lambda record: record["categoryId"],
}


def _level(record: Record, branch: int) -> dict[str, Any]:
    level: dict[str, Any] = record["stock"].get(str(branch)) or {"onHand": 0.0, "cost": 0, "reserved": 0.0}
    return level


def _touched(record: Record) -> datetime:
    return datetime.fromisoformat(record.get("modified") or record["created"])


def _stamps(record: Record) -> dict[str, Any]:
    modified = record.get("modified")
    return without_gaps(createdDate=local_text(datetime.fromisoformat(record["created"])),
                        modifiedDate=local_text(datetime.fromisoformat(modified)) if modified else None)


def _taxes(record: Record) -> list[dict[str, Any]]:
    return [without_gaps(id=record["id"] * 10 + place, productId=record["id"], taxId=tax, name=TAXES[tax][0], value=TAXES[tax][1])
            for place, tax in enumerate(record["taxes"])]


def _full_name(record: Record) -> str:
    variant = "".join(f" - {pair['attributeValue']}" for pair in record["attributes"])
    return f"{record['name']}{variant}" + (f" ({record['unit']})" if record["unit"] else "")


def _code(sent: Mapping[str, Any]) -> str:
    return _text(sent.get("code") or "", "code").strip()


def _next_code(taken: set[str]) -> str:
    number = 1
    while (code := f"SP{number:06d}") in taken:
        number += 1
    return code


def _text(value: Any, field: str) -> str:
    if not isinstance(value, str):
        raise malformed(f"{field} phải là chuỗi ký tự")
    return value


def _switch(value: Any, field: str) -> bool:
    if not isinstance(value, bool):
        raise malformed(f"{field} phải là true hoặc false")
    return value


def _amount(value: Any, field: str) -> int | float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise malformed(f"{field} phải là số")
    return value


def _number(value: Any, field: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise malformed(f"{field} phải là số nguyên")
    return value


def _list(value: Any, field: str) -> list[Any]:
    if not isinstance(value, list):
        raise malformed(f"{field} phải là một danh sách")
    return value
