"""A plan carries the copies, and a product whose picture nothing helps stays back with the reason."""

from datetime import date
from pathlib import Path

from ocop_market.errors import Problem
from ocop_market.mapping.channel_map import ChannelMap
from ocop_market.model.listing import ListingDraft
from ocop_market.model.product import Certificate, Group, Picture, Place, Product
from ocop_market.pictures.album import Album
from ocop_market.publishing.plan import Wanted
from ocop_market.publishing.wanted import want
from ocop_market.settings import AccountSettings, PublishingSettings

from .drawn import UPLOADS, drawn, put, saved

TODAY = date(2026, 11, 22)


class Uploading:
    """As much of a connector as a plan asks of one without categories."""

    profile = UPLOADS

    def problems(self, draft: ListingDraft) -> list[Problem]:
        return []


def tea(number: int, path: Path) -> Product:
    certificate = Certificate(4, "12/QĐ-UBND", date(2025, 1, 10), date(2028, 1, 10))
    return Product(f"T-{number}", "Trà Tân Cương", "HTX Chè Xanh", group=Group.FOOD, place=Place("Thái Nguyên"), price=120_000, stock=4,
                   certificates=(certificate,), weight_g=200, shelf_life_days=360, pictures=(Picture(path=str(path)),))


def wanted(folder: Path, album: Album | None) -> Wanted:
    goods = [tea(1, put(folder, "a.webp", saved(drawn(), "WEBP"))), tea(2, put(folder, "b.jpg", saved(drawn(200, 200)))),
             tea(3, put(folder, "c.jpg", saved(drawn(seed=3))))]
    return want(goods, Uploading(), AccountSettings(channel="shop"), PublishingSettings(), ChannelMap(folder / "m.toml"), TODAY, album)


def test_drafts_carry_copies_and_the_hopeless_stays_back(tmp_path):
    made = wanted(tmp_path, Album(tmp_path / "pictures"))
    assert {sku: Path(draft.pictures[0].path).parent.name for sku, draft in made.drafts.items()} == {"T-1": "shop", "T-3": tmp_path.name}
    assert [(w.sku, [p.code for p in w.problems]) for w in made.withheld] == [("T-2", ["picture-too-small"])]


def test_without_an_album_pictures_stay_as_they_are(tmp_path):
    made = wanted(tmp_path, None)
    assert {Path(draft.pictures[0].path).name for draft in made.drafts.values()} == {"a.webp", "b.jpg", "c.jpg"}
