"""What PostgreSQL does otherwise than SQLite, and must not; its refusals are sentences."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from sqlalchemy import func, insert, select, text
from sqlalchemy.exc import DBAPIError

from ocop_market.model.sales import OrderState, SalesLine, SalesOrder
from ocop_market.store.engine import Store, StoreBusy, StoreError, insert_rows
from ocop_market.store.ledger import save_orders
from ocop_market.store.tables.catalog import goods_link, product
from ocop_market.store.tables.ledger import sales_line, sales_order
from ocop_market.store.tables.totals import sales_day, touched_day
from ocop_market.store.tables.work import lease, run

MOMENT = datetime(2026, 3, 1, 2, tzinfo=UTC)


def order(number: str, name: str = "Trà") -> SalesOrder:
    return SalesOrder(number, MOMENT, MOMENT, OrderState.DELIVERED, "done", (SalesLine("1", "A", name, Decimal(1), 10),))


@pytest.fixture
def office(postgresql_database):
    made = Store(postgresql_database, wait_seconds=0.2)
    yield made
    made.close()


def test_texts_sort_by_code_point_on_every_database(store):
    numbers = ["Á", "a", "B", "b", "Z", "á", "đ", "_", "10", "9", "ă"]
    with store.writing() as connection:
        save_orders(connection, "shop", [order(number) for number in numbers])
    with store.reading() as connection:
        assert list(connection.execute(select(sales_order.c.order_id).order_by(sales_order.c.order_id)).scalars()) == sorted(numbers)
        assert connection.execute(select(func.max(sales_order.c.order_id))).scalar() == max(numbers)


def test_every_text_column_has_that_order_and_no_limit(office):
    with office.reading() as connection:
        columns = connection.execute(text(
            "SELECT table_name, column_name, collation_name, character_maximum_length FROM information_schema.columns "
            "WHERE table_schema = 'public' AND data_type IN ('text', 'character varying') AND table_name <> 'alembic_version'")).all()
    assert len(columns) > 50
    assert [column for column in columns if column[2:] != ("C", None)] == []


def test_a_text_longer_than_its_column_was_meant_for_is_kept(store):
    long = "X" * 300
    with store.writing() as connection:
        save_orders(connection, "shop", [order(long)])
    with store.reading() as connection:
        assert connection.execute(select(sales_order.c.order_id)).scalar() == long


ODD = ["None", "\\N", "\\", "a\tb", "a\nb", "a\\b", "a\rb", "a\x1fb", "None\tNone", "{a,b}", "%s", "'", '"']


@pytest.mark.parametrize("odd", [*ODD, "plain"])
def test_every_text_is_kept_and_found_as_it_is(store, odd):
    orders = [order("A1"), order(odd, f"Trà {odd}"), order("A2", odd)]
    with store.writing() as connection:
        assert save_orders(connection, "shop", orders).new == 3
    with store.writing() as connection:
        assert save_orders(connection, "shop", orders).unchanged == 3
        kept = connection.execute(select(sales_line.c.order_id, sales_line.c.name)).all()
    assert set(kept) >= {(odd, f"Trà {odd}"), ("A2", odd)}


def test_a_nul_character_stops_no_order(office):
    with office.writing() as connection:
        save_orders(connection, "shop", [order("A1", "Trà\0 xanh")])
    with office.writing() as connection:
        again = save_orders(connection, "shop", [order("A1", "Trà\0 xanh")])
        connection.execute(insert(run).values(job="j", account="a", started_at=MOMENT, outcome="x", counts={"a\0b": 1}))
    with office.reading() as connection:
        assert connection.execute(select(sales_line.c.name)).scalar() == "Trà xanh"
        assert connection.execute(select(run.c.counts)).scalar() == {"a\0b": 1}
    assert again.unchanged == 1


def test_a_sum_is_a_whole_number(store):
    with store.writing() as connection:
        save_orders(connection, "shop", [order("A1"), order("A2")])
    with store.reading() as connection:
        total, quantity = connection.execute(select(func.sum(sales_line.c.list_amount), func.sum(sales_line.c.quantity))).one()
    assert (total, type(total), quantity) == (20, int, Decimal(2))


def test_rows_are_replaced_whatever_their_key_is_made_of(store):
    with store.writing() as connection:
        for times in (1, 2):
            insert_rows(connection, sales_day, [("shop", f"2026-03-0{day}", "A", "", "delivered", *[times] * 9) for day in (1, 2)],
                        replace=times == 2)
            insert_rows(connection, goods_link, [("shop", "A", "", f"P{times}", 5)], replace=times == 2)
    with store.reading() as connection:
        assert connection.execute(select(sales_day.c.fees)).scalars().all() == [2, 2]
        assert connection.execute(select(goods_link.c.product_sku)).scalars().all() == ["P2"]


def test_two_writers_take_turns_and_neither_undoes_the_other(store):
    """Each reads and then writes what it read plus one: without turns, sums get lost."""
    with store.writing() as connection:
        connection.execute(insert(lease).values(name="n", holder="0", expires_at=MOMENT))

    def add() -> None:
        for _ in range(5):
            with store.writing() as connection:
                held = int(connection.execute(select(lease.c.holder)).scalar_one())
                connection.execute(lease.update().values(holder=str(held + 1)))

    threads = [threading.Thread(target=add) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with store.reading() as connection:
        assert connection.execute(select(lease.c.holder)).scalar() == "20"


def test_a_reader_sees_one_state_however_long_it_reads(store):
    with store.reading() as connection:
        assert connection.execute(select(func.count()).select_from(sales_order)).scalar() == 0
        with store.writing() as other:
            save_orders(other, "shop", [order("A1")])
        assert connection.execute(select(func.count()).select_from(sales_order)).scalar() == 0
    with store.reading() as connection:
        assert connection.execute(select(func.count()).select_from(sales_order)).scalar() == 1


def test_a_reader_cannot_write(office):
    with pytest.raises(StoreError, match="market-unusable"), office.reading() as connection:
        connection.execute(product.delete())


def test_a_writer_that_waits_too_long_is_told_to_come_again(office, postgresql_database):
    other = Store(postgresql_database)
    with other.writing(), pytest.raises(StoreBusy, match="market-busy"), office.writing():
        pass
    with office.writing():
        pass
    other.close()


def test_a_connection_that_breaks_is_a_sentence_and_the_next_one_works(office):
    with pytest.raises(StoreBusy, match="market-unreachable"), office.writing() as connection:
        save_orders(connection, "shop", [order("A1")])
        kill(office)
        save_orders(connection, "shop", [order("A2")])
    with office.writing() as connection:
        assert save_orders(connection, "shop", [order("A1")]).new == 1


def test_a_connection_that_broke_while_nobody_used_it_is_made_anew(office):
    with office.reading():
        pass
    kill(office)
    with office.reading() as connection:
        assert connection.execute(select(func.count()).select_from(run)).scalar() == 0


def kill(office: Store) -> None:
    other = Store(office.address)
    with other.engine.begin() as connection:
        connection.execute(text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                                "WHERE datname = current_database() AND pid <> pg_backend_pid()"))
    other.close()


def test_what_the_copying_of_rows_refuses_is_an_error_of_the_database(office):
    with pytest.raises(DBAPIError, match="not-null"), office.writing() as connection:
        insert_rows(connection, touched_day, [("shop", None)])


@pytest.fixture
def stranger(postgresql_server, new_database):
    """An address of a new database for a user with a password and no rights at all."""
    admin = Store(f"{postgresql_server}postgres")
    with admin.engine.connect() as held:
        held.execute(text("SELECT pg_advisory_lock(1)"))  # the server has one such user, for one process of the tests at a time
        held.execute(text("CREATE ROLE stranger LOGIN PASSWORD 'right-word'"))
        held.commit()
        address = new_database()
        yield address.replace("postgres@", "stranger:right-word@")
        other = Store(address)
        with other.engine.begin() as connection:
            connection.execute(text("DROP OWNED BY stranger"))
            connection.execute(text("DROP ROLE stranger"))
        other.close()
    admin.close()


def test_a_user_without_rights_is_told_which(stranger):
    with pytest.raises(StoreError, match="market-no-rights") as told:
        Store(stranger).migrate()
    assert "GRANT" in told.value.sentence("en") and "right-word" not in told.value.sentence("en")


@pytest.mark.parametrize(("change", "reason"), [
    (("right-word", "wrong-word"), "user or password is wrong"), ((":right-word", ""), "a password is needed"),
    (("stranger:right-word", "nobody"), "no such database, or no such user"), (("/test_", "/none_"), "no such database, or no such user")])
def test_a_server_that_lets_nobody_in_says_why(stranger, change, reason):
    with pytest.raises(StoreError, match="market-refused") as told:
        Store(stranger.replace(*change)).migrate()
    assert reason in told.value.sentence("en") and "word@" not in told.value.sentence("en")
    assert not isinstance(told.value, StoreBusy), "waiting does not help"


@pytest.mark.parametrize("address", ["postgresql://postgres@127.0.0.1:1/x", "postgresql://postgres@nowhere.invalid/x"])
def test_a_server_that_is_away_is_asked_again_later(postgresql_server, address):
    with pytest.raises(StoreBusy, match="market-unreachable"):
        Store(address).migrate()


def test_a_database_that_cannot_hold_vietnamese_letters_is_refused(new_database):
    address = new_database("TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C'")
    with pytest.raises(StoreError, match="database-not-utf8"):
        Store(address).migrate()


def test_a_server_that_is_too_old_is_refused(office, monkeypatch):
    from ocop_market.store import postgresql

    monkeypatch.setattr(postgresql, "OLDEST", 99)
    with pytest.raises(StoreError, match="database-too-old"):
        office.migrate()


def test_two_that_open_a_new_database_at_once_make_its_tables_once(new_database):
    address, ready, failed = new_database(), threading.Barrier(3), []

    def look() -> None:
        made = Store(address)
        ready.wait()
        try:
            made.migrate()
        except Exception as error:
            failed.append(error)
        made.close()

    threads = [threading.Thread(target=look) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
