"""Whether a word can be a Vietnamese syllable: what tells Vietnamese from letters that only look like it."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_TONE = re.compile("(?<=[aeiouy\u0302\u0306\u031b])[\u0300\u0301\u0303\u0309\u0323]")
_STOP_TONES = frozenset("\u0301\u0323")
_ONSET_LIST = "b c ch d đ g gh gi h k kh l m n ng ngh nh p ph qu r s t th tr v x"
_RIME_LIST = """
a ac ach ai am an ang anh ao ap at au ay ăc ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây
e ec em en eng eo ep et ê êch êm ên êng ênh êp êt êu i ia ich iêc iêm iên iêng iêp iêt iêu im in inh ip it iu
o oa oac oach oai oam oan oang oanh oao oap oat oay oăc oăm oăn oăng oăt oc oe oen oeo oet oi om on ong ooc oong op ot
ô ôc ôi ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt u ua uân uâng uât uây uc uê uêch uênh ui um un ung uôc uôi uôm uôn uông uôt uơ up ut
uy uya uych uyên uyêt uyn uynh uyp uyt uyu ư ưa ưc ưi ưn ưng ươc ươi ươm ươn ương ươp ươt ươu ưt ưu
y yêm yên yêng yêt yêu ych yn ynh yt
"""
_ONSETS = ("", *_ONSET_LIST.split())
_RIMES = frozenset(_RIME_LIST.split())
_STOPS = ("c", "ch", "p", "t")


@lru_cache(maxsize=16_384)
def is_syllable(word: str) -> bool:
    """Whether a word is a possible syllable of Vietnamese, written in small letters, capitals or with one capital in front."""
    if not (word.islower() or word.isupper() or (word[:1].isupper() and word[1:].islower())):
        return False
    marks = unicodedata.normalize("NFD", word.lower())
    tones = _TONE.findall(marks)
    bare = unicodedata.normalize("NFC", _TONE.sub("", marks))
    if len(tones) > 1 or (bare.endswith(_STOPS) and not _STOP_TONES.issuperset(tones or "-")):
        return False
    return any(bare.startswith(onset) and bare[len(onset):] in _RIMES for onset in _ONSETS)
