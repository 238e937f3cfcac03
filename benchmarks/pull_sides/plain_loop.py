"""The baseline of `pull.py`: pages of 100 by requests, pydantic and SQLAlchemy Core upserts, a commit every 20 pages.

On PostgreSQL a page is copied into a table for the time being (COPY) and upserted from there. No mapping, no check of the sums, no
cursor, no totals by day.
"""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any

import requests
from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel
from sqlalchemy import BigInteger, Column, Connection, DateTime, Float, MetaData, String, Table, create_engine, event
from sqlalchemy.dialects.sqlite import insert


class Wire(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel)


class Line(Wire):
    product_id: int
    product_code: str
    product_name: str
    quantity: Decimal
    price: Decimal
    discount: Decimal | None = None
    allocation_discount: Decimal | None = None
    sub_total: Decimal | None = None


class Document(Wire):
    id: int
    code: str
    branch_id: int
    status: int
    status_value: str
    purchase_date: datetime | None = None
    modified_date: datetime | None = None
    created_date: datetime | None = None
    total: Decimal | None = None
    discount: Decimal | None = None
    invoice_details: list[Line] = []


class Page(Wire):
    total: int
    data: list[Document]


TABLES = MetaData()
DOCUMENTS = Table(
    "document", TABLES, Column("id", BigInteger, primary_key=True), Column("code", String),
    Column("branch", BigInteger), Column("status", BigInteger), Column("status_value", String), Column("at", DateTime),
    Column("modified", DateTime), Column("total", BigInteger), Column("discount", BigInteger))
LINES = Table(
    "line", TABLES, Column("document", BigInteger, primary_key=True), Column("n", BigInteger, primary_key=True),
    Column("product", BigInteger), Column("sku", String), Column("name", String),
    Column("quantity", Float), Column("price", BigInteger), Column("discount", BigInteger))


def plain_loop(settings: dict[str, str], address: str) -> int:
    """Keeps the same documents and lines with the same facts, as they came."""
    engine = create_engine(address.replace("postgresql://", "postgresql+psycopg://"))
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _wal)
    TABLES.create_all(engine)
    session = requests.Session()
    token = session.post(f"{settings['id_url']}/connect/token", data={
        "scopes": "PublicApi.Access", "grant_type": "client_credentials", "client_id": settings["client_id"],
        "client_secret": settings["client_secret"]}).json()["access_token"]
    headers = {"Retailer": settings["retailer"], "Authorization": f"Bearer {token}"}
    seen, connection = 0, engine.connect()
    for n, page in enumerate(_pages(session, f"{settings['api_url']}/invoices", headers)):
        seen += len(page.data)
        _upsert(connection, DOCUMENTS, [_document(d) for d in page.data])
        _upsert(connection, LINES, [_line(d.id, i, line) for d in page.data for i, line in enumerate(d.invoice_details)])
        if n % 20 == 19:
            connection.commit()
    connection.commit()
    connection.close()
    return seen


def _wal(connection: Any, _record: Any) -> None:
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=NORMAL")


def _upsert(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    if connection.dialect.name == "sqlite":
        connection.execute(_on_conflict(insert(table)), rows)
    elif rows:
        names, staging = ", ".join(f'"{name}"' for name in rows[0]), f"{table.name}_page"
        connection.exec_driver_sql(f"CREATE TEMP TABLE IF NOT EXISTS {staging} (LIKE {table.name}); TRUNCATE {staging}")
        with connection.connection.cursor() as cursor, cursor.copy(f"COPY {staging} ({names}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(tuple(row.values()))
        keys = [column.name for column in table.primary_key]
        others = ", ".join(f'"{name}" = EXCLUDED."{name}"' for name in rows[0] if name not in keys)
        connection.exec_driver_sql(f"INSERT INTO {table.name} ({names}) SELECT {names} FROM {staging} "
                                   f"ON CONFLICT ({', '.join(keys)}) DO UPDATE SET {others}")


def _on_conflict(statement: Any) -> Any:
    keys = [column.name for column in statement.table.primary_key]
    return statement.on_conflict_do_update(index_elements=keys, set_={
        column.name: statement.excluded[column.name] for column in statement.table.c if column.name not in keys})


def _document(d: Document) -> dict[str, Any]:
    return {"id": d.id, "code": d.code, "branch": d.branch_id, "status": d.status, "status_value": d.status_value,
            "at": d.purchase_date, "modified": d.modified_date or d.created_date, "total": int(d.total or 0),
            "discount": int(d.discount or 0)}


def _line(document: int, n: int, line: Line) -> dict[str, Any]:
    return {"document": document, "n": n, "product": line.product_id, "sku": line.product_code, "name": line.product_name,
            "quantity": float(line.quantity), "price": int(line.price),
            "discount": int((line.discount or 0) * line.quantity + (line.allocation_discount or 0))}


def _pages(session: requests.Session, url: str, headers: dict[str, str]) -> Iterator[Page]:
    offset = 0
    while True:
        answer = session.get(url, headers=headers, params={
            "currentItem": offset, "pageSize": 100, "orderBy": "createdDate", "orderDirection": "Asc"})
        page = Page.model_validate_json(answer.content)
        if not page.data:
            return
        yield page
        offset += len(page.data)
        if offset >= page.total:
            return
