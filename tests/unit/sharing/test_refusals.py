"""Files that are not what they should be: a sentence for each, and nothing taken."""

import base64
import io
import json
import zipfile
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from ocop_market.errors import SettingsError
from ocop_market.sharing.bundle import read_bundle
from ocop_market.sharing.fingerprint import heard_code, spoken_code
from ocop_market.sharing.notice import read_notice, revoked, write_notice
from tests.unit.sharing.conftest import TODAY


def parts_of(content):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(parts):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return packed.getvalue()


def code_of(read, *arguments):
    with pytest.raises(SettingsError) as refused:
        read(*arguments)
    assert "{" not in refused.value.sentence("en")
    return refused.value.code


def altered(parts, name, old, new):
    assert old in parts[name]
    return zipped({**parts, name: parts[name].replace(old, new, 1)})


def resigned(parts, *, key=None, **changes):
    """Another's head, signed anew with a key of one's own."""
    key, head = key or Ed25519PrivateKey.generate(), json.loads(parts["bundle.json"])
    head |= {"public_key": base64.b64encode(key.public_key().public_bytes_raw()).decode(), **changes}
    content = json.dumps(head).encode()
    return zipped({**parts, "bundle.json": content, "signature": base64.b64encode(key.sign(b"ocop-market share bundle 1\0" + content))})


def test_a_bundle_is_refused_wherever_it_was_altered(pair):
    parts = parts_of(pair.bundle().read_bytes())
    for content in (altered(parts, "sales.csv", b"100000", b"900000"), altered(parts, "products.csv", b"HTX", b"CTY"),
                    altered(parts, "bundle.json", b"2027", b"2037"), zipped({**parts, "signature": b"AAAA"}),
                    zipped({**parts, "signature": base64.b64encode(bytes(64))})):
        assert code_of(read_bundle, "b.zip", content) == "bundle-altered"


def test_files_that_are_no_bundle_or_no_whole_one_are_told(pair):
    whole = pair.bundle().read_bytes()
    parts = parts_of(whole)
    assert code_of(read_bundle, "b.zip", whole[:len(whole) // 2]) == "file-damaged"
    assert code_of(read_bundle, "b.zip", b"hello") == "no-bundle"
    assert code_of(read_bundle, "b.zip", zipped({**parts, "../../market.toml": b"name = 1"})) == "no-bundle"
    assert code_of(read_bundle, "b.zip", zipped({name: parts[name] for name in list(parts)[1:]})) == "no-bundle"
    assert code_of(read_bundle, "b.zip", zipped({**parts, "bundle.json": b"[]"})) == "no-bundle"
    assert code_of(read_bundle, "b.zip", zipped({**parts, "sales.csv": bytes(30_000_000)})) == "file-bomb"


def test_another_version_asks_for_an_update(pair):
    parts = parts_of(pair.bundle().read_bytes())
    assert code_of(read_bundle, "b.zip", resigned(parts, version=2)) == "bundle-version"


def test_a_signature_does_not_make_nonsense_readable(pair):
    parts = parts_of(pair.bundle().read_bytes())
    assert code_of(read_bundle, "b.zip", resigned(parts, extra=1)) == "bundle-unreadable"
    assert code_of(read_bundle, "b.zip", resigned(parts, last_day="2026-01-02")) == "bundle-unreadable"


def test_somebody_else_who_signs_the_same_sales_is_unknown(pair):
    path = pair.bundle()
    pair.register(path)
    (pair.folder / "f.zip").write_bytes(resigned(parts_of(path.read_bytes())))
    assert code_of(pair.office.take, pair.folder / "f.zip") == "signer-unknown"
    assert code_of(pair.office.register, "ke-khac", pair.folder / "f.zip", pair.sharer.code) == "code-differs"


def test_one_key_is_registered_once_and_one_label_too(pair):
    path = pair.bundle()
    pair.register(path)
    assert code_of(pair.office.register, "lan-hai", path, pair.sharer.code) == "key-known"
    assert code_of(pair.office.register, "HTX Trà", path, pair.sharer.code) == "label-wrong"


def test_a_bundle_of_days_to_come_is_refused(pair):
    path = pair.bundle(last=TODAY + timedelta(days=3))
    pair.register(path)
    assert code_of(pair.office.take, path) == "bundle-future"


def test_only_the_signer_takes_a_bundle_back(pair):
    path = pair.bundle()
    pair.register(path)
    pair.take(path)
    whole = read_bundle(path.name, path.read_bytes())
    notice = json.loads(pair.sharer.revoke(path.name, whole))
    notice["bundles"][0]["last_day"] = "2026-01-01"
    assert code_of(read_notice, "n.json", json.dumps(notice).encode()) == "bundle-altered"
    assert code_of(read_notice, "n.json", b"{}") == "no-notice"
    other = read_bundle("f.zip", resigned(parts_of(path.read_bytes())))
    assert code_of(pair.sharer.revoke, "f.zip", other) == "not-our-bundle"


def test_a_registered_producer_cannot_take_another_ones_bundle_back(pair):
    path = pair.bundle()
    pair.register(path)
    pair.take(path)
    whole = parts_of(path.read_bytes())
    key = Ed25519PrivateKey.generate()
    other = pair.folder / "o.zip"
    other.write_bytes(resigned(whole, key=key))
    pair.office.register("ke-khac", other, spoken_code(key.public_key().public_bytes_raw()))
    theirs = revoked(read_bundle(path.name, path.read_bytes()))
    (pair.folder / "n.json").write_bytes(write_notice(key, (theirs,), pair.coop.clock()))
    assert code_of(pair.office.take, pair.folder / "n.json") == "not-their-bundle"
    later = theirs.model_copy(update={"digest": "0" * 64})
    (pair.folder / "n.json").write_bytes(write_notice(key, (later,), pair.coop.clock()))
    assert pair.office.take(pair.folder / "n.json").revoked == 1


def test_a_bundle_from_a_computer_whose_clock_runs_ahead_is_refused(pair):
    path = pair.bundle()
    pair.register(path)
    pair.coop.clock.forward(days=40)
    ahead = pair.bundle()
    pair.coop.clock.forward(days=-40)
    assert code_of(pair.office.take, ahead) == "bundle-future"


@given(st.binary(min_size=32, max_size=32), st.integers(0, 23), st.integers(1, 9), st.integers(0, 22))
def test_one_wrong_digit_or_two_in_the_wrong_order_are_heard(key, place, slip, at):
    code = spoken_code(key)
    digits = code.replace(" ", "")
    assert heard_code(digits) == heard_code(code.replace(" ", "-")) == code
    wrong = digits[:place] + str((int(digits[place]) + slip) % 10) + digits[place + 1:]
    swapped = digits[:at] + digits[at + 1] + digits[at] + digits[at + 2:]
    for other in {wrong, swapped} - {digits}:
        assert code_of(heard_code, other) == "code-misheard"


def test_a_code_is_the_same_for_a_key_for_good():
    assert spoken_code(bytes(32)) == spoken_code(bytes(32)) != spoken_code(bytes(31) + b"\1")
    assert len(spoken_code(bytes(32))) == 29
