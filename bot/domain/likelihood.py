"""How likely it is that a message is about a task: by the words that both share; pure.

It only puts choices in an order: nothing is decided by it.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Final

from bot.domain.folding import fold

# What such messages, tasks and addresses of pages hold whatever they are about; folded.
_COMMON: Final = (
    "va cua cac nhung ve viec cho voi tai theo trong tren den tu do la co duoc de bang qua khi nhu"
    " cung da dang se bi boi hay hoac mot nay kinh gui xin de nghi bao cao ket qua"
    " ngay thang nam gio quy tuan ky thuc hien to chuc trien khai tang cuong tiep tuc noi dung"
    " nhiem vu cong tac hoat dong tuyen truyen thong tin tin bai viet anh video duong dan link"
    " dia ban tinh huyen xa phuong thi tran thanh pho don vi co quan so ban phong"
    " http https www com vn net org gov htm html aspx php post posts news chi tiet tuc trang"
)
_TELL_NOTHING: Final = frozenset(_COMMON.split())
_PAIR: Final = 2  # most Vietnamese words have two syllables: two in a row tell more than each
_TITLE: Final = 3


def likelihood(words: str, *, title: str, text: str) -> int:
    """A number that is the higher the more of `words` the task's title, or its text, shares."""
    told_singles, told_pairs = _pieces(words)
    score = 0
    for about, weight in ((title, _TITLE), (text, 1)):
        singles, pairs = _pieces(about)
        shared = len(told_singles & singles) + _PAIR * len(told_pairs & pairs)
        score += weight * shared
    return score


def _pieces(text: str) -> tuple[frozenset[str], frozenset[tuple[str, str]]]:
    """The syllables that tell something, and the neighbours of which at least one does."""
    syllables = [each for each in fold(text).split() if each.isalpha()]
    singles = frozenset(each for each in syllables if each not in _TELL_NOTHING and len(each) > 1)
    return singles, frozenset(pair for pair in pairwise(syllables) if singles & set(pair))
