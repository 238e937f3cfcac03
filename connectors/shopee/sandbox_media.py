"""The practice Shopee's picture store."""

from __future__ import annotations

import hashlib

from werkzeug.datastructures import FileStorage

from connectors.shopee.sandbox_items import image_url
from connectors.shopee.sandbox_wire import POST, Body, Call, Endpoint, Refusal
from ocop_market.sandbox.shelf import Shelf

MOST_FILES = 9
MOST_BYTES = 10 * 1024 * 1024
JPEG, PNG = b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"


class Media:
    """Takes pictures; every upload gets an id of its own, also of the same picture."""

    def __init__(self, images: Shelf) -> None:
        self._images = images

    def endpoints(self) -> dict[str, Endpoint]:
        """Paths under /api/v2 that are answered here."""
        return {"media_space/upload_image": Endpoint(self.upload_image, POST, "either")}

    def upload_image(self, call: Call) -> Body:
        """Up to nine pictures; each fails alone, and when all fail the code comes up."""
        files = call.files.getlist("image")
        if not files:
            raise call.form.dialect.missing("image")
        if len(files) > MOST_FILES:
            raise call.form.dialect.out_of_range("image", 1, MOST_FILES)
        if (call.form.text("scene") or "normal") not in {"normal", "desc"}:
            raise Refusal("error_param", "Wrong parameters, detail: scene.")
        if (call.form.text("ratio") or "1:1") not in {"1:1", "3:4"}:
            raise Refusal("error_param", "Wrong parameters, detail: ratio.")
        entries = [self._store(position, file) for position, file in enumerate(files)]
        taken = [entry for entry in entries if not entry["error"]]
        if not taken:
            raise Refusal(entries[0]["error"], entries[0]["message"], response={"image_info_list": entries})
        return {"response": {"image_info": taken[0]["image_info"], "image_info_list": entries}}

    def _store(self, position: int, file: FileStorage) -> Body:
        content = file.stream.read(MOST_BYTES + 1)
        problem = ""
        if len(content) > MOST_BYTES:
            problem = "Wrong parameters, detail: image is larger than 10 MB."
        elif not content.startswith((JPEG, PNG)):
            problem = "Wrong parameters, detail: image is no JPG or PNG."
        if problem:
            return {"id": position, "error": "error_param", "message": problem, "image_info": None}
        digest = hashlib.sha256(content).hexdigest()
        image_id = f"vn-11134207-{hashlib.sha256(f'{len(self._images)}:{digest}'.encode()).hexdigest()[:20]}"
        self._images[image_id] = {"digest": digest, "size": len(content)}
        return {"id": position, "error": "", "message": "", "image_info": {
            "image_id": image_id, "image_url_list": [{"image_url_region": "VN", "image_url": image_url(image_id)}]}}
