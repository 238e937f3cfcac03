"""Tells people what went wrong and what is over: by e-mail, to an address, or into a file. Each thing once."""

from __future__ import annotations

import json
import logging
import smtplib
import ssl
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import urlsplit

import requests
from sqlalchemy import Connection, delete, select

from ocop_market.channels.redact import keep_out
from ocop_market.errors import MarketError, SettingsError
from ocop_market.health.checks import Trouble
from ocop_market.language import N_, say
from ocop_market.market import Market
from ocop_market.model.clock import VIETNAM
from ocop_market.settings import AlertSettings, from_environment
from ocop_market.store.engine import upsert
from ocop_market.store.tables.work import trouble

log = logging.getLogger(__name__)

SUBJECT = N_("{market}: {count} things to look at")
SUBJECT_OVER = N_("{market}: what was wrong is over")
OVER = N_("Over: {what} (told on {day})")
OVER_MARKET = N_("Over: {code} (told on {day})")
NOT_SENT = N_("The alert could not be sent ({reason!t}). Check [alerts] in market.toml; it is tried again at the next look.")
TIMEOUT = 20.0


@dataclass(frozen=True)
class Over:
    """A trouble that was told and is there no more."""

    account: str
    code: str
    since: datetime


@dataclass(frozen=True)
class News:
    """What is to be told: troubles that were not told before, and told ones that are over."""

    at: datetime
    new: tuple[Trouble, ...]
    over: tuple[Over, ...]

    def __bool__(self) -> bool:
        return bool(self.new or self.over)

    def lines(self) -> list[str]:
        """One sentence each."""
        return [one.problem.sentence() for one in self.new] + [
            say(OVER, what=f"{one.account}, {one.code}", day=f"{one.since:%d/%m/%Y}") if one.account else
            say(OVER_MARKET, code=one.code, day=f"{one.since:%d/%m/%Y}") for one in self.over]


def news(connection: Connection, found: Sequence[Trouble], now: datetime) -> News:
    """What has to be told, and notes which troubles there are; those that nobody was told of end without a word."""
    known = {(row.account, row.code): row for row in connection.execute(select(trouble))}
    present = {one.key for one in found}
    upsert(connection, trouble, [{"account": account, "code": code, "since": now, "told_at": None}
                                 for account, code in sorted(present - known.keys())])
    untold = [key for key, row in known.items() if key not in present and row.told_at is None]
    for account, code in untold:
        connection.execute(delete(trouble).where(trouble.c.account == account, trouble.c.code == code))
    return News(now, tuple(one for one in found if one.key not in known or known[one.key].told_at is None),
                tuple(Over(row.account, row.code, row.since) for key, row in known.items()
                      if key not in present and row.told_at is not None))


def mark_told(connection: Connection, told: News, now: datetime) -> None:
    """Notes that these were told."""
    for one in told.new:
        connection.execute(trouble.update().where(trouble.c.account == one.key[0], trouble.c.code == one.key[1]).values(told_at=now))
    for over in told.over:
        connection.execute(delete(trouble).where(trouble.c.account == over.account, trouble.c.code == over.code))


def send_news(market: Market, found: Sequence[Trouble]) -> News:
    """Tells what is new or over, everywhere that [alerts] names; what could not be told anywhere is told at the next look."""
    now, settings = market.clock(), market.settings.alerts
    with market.store.writing() as connection:
        told = news(connection, found, now)
    if not told:
        return told
    sent = [_tried(send, settings, market.settings.name, told, market.folder) for send in _ways(settings)]
    if any(sent):
        with market.store.writing() as connection:
            mark_told(connection, told, now)
    return told


Send = Callable[[AlertSettings, str, News, Path], None]


def _ways(settings: AlertSettings) -> list[Send]:
    wanted: list[tuple[str, Send]] = [(settings.file, _write), (settings.email_to, _mail), (settings.webhook, _post)]
    return [send for setting, send in wanted if setting]


def _tried(send: Send, settings: AlertSettings, name: str, told: News, folder: Path) -> bool:
    try:
        send(settings, name, told, folder)
    except (OSError, smtplib.SMTPException, requests.RequestException, ValueError) as error:
        log.warning("%s", SettingsError(NOT_SENT, code="alert-not-sent", reason=type(error).__name__))
        return False
    except MarketError as error:
        log.warning("%s", error)
        return False
    return True


def _subject(name: str, told: News) -> str:
    return say(SUBJECT, market=name, count=len(told.new)) if told.new else say(SUBJECT_OVER, market=name)


def _write(settings: AlertSettings, _name: str, told: News, folder: Path) -> None:
    with (folder / settings.file).open("a", encoding="utf-8", newline="\n") as file:
        file.writelines(f"{told.at.astimezone(VIETNAM):%Y-%m-%d %H:%M} {line}\n" for line in told.lines())


def _mail(settings: AlertSettings, name: str, told: News, _folder: Path) -> None:
    message = EmailMessage()
    message["Subject"], message["To"] = _subject(name, told), settings.email_to
    message["From"] = settings.email_from or settings.smtp_user or settings.email_to
    message.set_content("\n\n".join(told.lines()) + "\n")
    own = from_environment({"smtp_user": settings.smtp_user, "smtp_password": settings.smtp_password})
    with smtplib.SMTP(settings.smtp_host, settings.smtp_port, timeout=TIMEOUT) as server:
        if settings.smtp_tls:
            server.starttls(context=ssl.create_default_context())
        if own["smtp_user"]:
            server.login(own["smtp_user"], own["smtp_password"])
        server.send_message(message)


def _post(settings: AlertSettings, name: str, told: News, _folder: Path) -> None:
    address = str(from_environment({"webhook": settings.webhook})["webhook"])
    for part in (urlsplit(address).path.strip("/"), urlsplit(address).query):
        if len(part) > len("webhook"):  # whoever knows it may write there; shorter ones are words, and no secret
            keep_out(part)
    body = {"text": "\n".join([_subject(name, told), *told.lines()]), "market": name,
            "new": [{"account": one.account, "code": one.problem.code, "severity": one.severity.value} for one in told.new],
            "over": [{"account": one.account, "code": one.code} for one in told.over]}
    answer = requests.post(address, data=json.dumps(body, ensure_ascii=False).encode(), timeout=TIMEOUT, allow_redirects=False,
                           headers={"Content-Type": "application/json"})
    answer.raise_for_status()
