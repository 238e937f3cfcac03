"""Pictures of listings: uploaded once an account and content, and once more when Shopee has forgotten them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TypeVar

from connectors.shopee import facts
from connectors.shopee.listing_api import ListingApi
from connectors.shopee.refusals import refusal
from ocop_market.channels.api import Progress
from ocop_market.errors import Refused, UnexpectedAnswer, Where
from ocop_market.model.product import Picture

Answer = TypeVar("Answer")


class Pictures:
    """Image ids of pictures. How long Shopee keeps an image is told by no page, so a refused id is not the end."""

    def __init__(self, api: ListingApi, account: str) -> None:
        self._api, self._account = api, account

    def ids(self, sku: str, pictures: Sequence[Picture], progress: Progress) -> list[str]:
        """The image ids, in the same order; what the account has not uploaded yet is uploaded now."""
        return [str(progress.shared(_key(picture), partial(self._upload, sku, picture))) for picture in pictures]

    def sent(self, sku: str, pictures: Sequence[Picture], progress: Progress, send: Callable[[list[str]], Answer]) -> Answer:
        """What `send` makes of the ids; when Shopee knows one of them no more, all are uploaded again and sent once more."""
        ids = self.ids(sku, pictures, progress)
        try:
            return send(ids)
        except Refused as error:
            if not pictures or not any(problem.code == "picture-unknown" for problem in error.problems):
                raise
        for picture in pictures:
            progress.forget(_key(picture))
        return send(self.ids(sku, pictures, progress))

    def _upload(self, sku: str, picture: Picture) -> str:
        path = Path(picture.path)
        answer = self._api.upload_image(path.read_bytes(), path.suffix.lower(), sku)
        for entry in answer.image_info_list:
            if entry.error:
                raise Refused([refusal(entry.error.rpartition(".")[2], sku, "Image")], code=entry.error)
        info = answer.image_info or next((entry.image_info for entry in answer.image_info_list if entry.image_info), None)
        if info is None or not info.image_id:
            where = Where(channel=facts.KEY, account=self._account, endpoint=facts.UPLOAD_IMAGE)
            raise UnexpectedAnswer(["response.image_info.image_id"], where=where)
        return info.image_id


def _key(picture: Picture) -> str:
    return f"picture:{picture.digest or hashlib.sha256(Path(picture.path).read_bytes()).hexdigest()}"
