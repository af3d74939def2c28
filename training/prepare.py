"""Messages into what the network reads: pieces, windows, and the labels as tensors."""

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass

import torch

from hotline.config.conflict import KINDS
from hotline.language.detect import detect
from hotline.language.normalise import normalise
from hotline.language.readable import readable
from hotline.model.pieces import UNKNOWN, Pieces
from hotline.model.reader import BEGIN, END
from hotline.model.windows import windows
from training.augment import varied
from training.base import Base
from training.corpus import Message
from training.labels import URGENCIES

_AGREED = 0.85  # of a label's weight, where a colleague would also take another code

_CYRILLIC = re.compile("^\u2581?[абвгдеёжзийклмнопрстуфхцчшщъыьэюяәғқңөұүһі-]+$")
_LATIN = re.compile("^\u2581?[a-z']+$")
_SIGNS = re.compile(r"^\u2581?[^\w]+$")
_DIGITS = re.compile("^\u2581?[0-9]{1,3}$")
_COMMON_LATIN = -11.8  # log-probability from which a Latin piece is worth its bytes
_SHORT_LATIN = 3
_HOLES = 0.06  # of the pieces of a training text; dropout inside costs more time than it is worth
_STEP = 8  # rows and lengths of a batch are multiples of this
_MOST_TOGETHER = 48  # messages of one batch


def kept_pieces(base: Base) -> list[int]:
    """Return the base's numbers of the pieces that our texts can use, ours first."""
    found = [base.unknown, base.begin, base.end]
    for number, piece in enumerate(base.pieces):
        latin = _LATIN.match(piece) and (
            base.scores[number] > _COMMON_LATIN or len(piece) <= _SHORT_LATIN
        )
        if number in found[:3]:
            continue
        if latin or any(kind.match(piece) for kind in (_CYRILLIC, _SIGNS, _DIGITS)):
            found.append(number)
    return found


def splitter(base: Base, kept: Sequence[int]) -> Pieces:
    """Return what splits words into kept pieces, numbered by their place in `kept`."""
    return Pieces(
        {
            base.pieces[number]: (place, float(base.scores[number]))
            for place, number in enumerate(kept)
            if place > END
        }
    )


def looks(text: str, pieces: Pieces) -> list[list[int]]:
    """Return the windows of one text, begun and ended, as the product makes them."""
    read = normalise(text)
    said = readable(read, english=detect(read).language == "en")
    return [
        [BEGIN, *window, END] for window in windows([pieces.split(part) for part in said])
    ]


@dataclass(frozen=True, slots=True)
class Batch:
    """Windows of some messages, padded, and the labels of these messages."""

    pieces: torch.Tensor
    there: torch.Tensor
    owner: torch.Tensor
    count: int
    codes: torch.Tensor
    danger: torch.Tensor
    urgency: torch.Tensor
    power: torch.Tensor


def batch(
    messages: Sequence[Message], looked: Sequence[list[list[int]]], codes: Sequence[str]
) -> Batch:
    """Return one batch; windows of nobody fill it up, since every new shape costs set-up."""
    rows = [(owner, window) for owner, found in enumerate(looked) for window in found]
    rows += [(len(messages), [UNKNOWN])] * (-len(rows) % _STEP)
    longest = max(len(window) for _, window in rows)
    longest += -longest % _STEP
    pieces = torch.zeros(len(rows), longest, dtype=torch.long)
    there = torch.zeros(len(rows), longest, dtype=torch.bool)
    for row, (_, window) in enumerate(rows):
        pieces[row, : len(window)] = torch.tensor(window)
        there[row, : len(window)] = True
    number = {code: place for place, code in enumerate(codes)}
    wanted = torch.zeros(len(messages), len(codes))
    power = torch.zeros(len(messages), len(KINDS))
    for row, message in enumerate(messages):
        wanted[row, number[message.category]] += _AGREED if message.accept else 1.0
        for other in message.accept:
            wanted[row, number[other]] += (1 - _AGREED) / len(message.accept)
        for kind in message.conflict:
            power[row, KINDS.index(kind)] = 1.0
    return Batch(
        pieces,
        there,
        torch.tensor([owner for owner, _ in rows]),
        len(messages),
        wanted,
        torch.tensor([float(message.danger) for message in messages]),
        torch.tensor([URGENCIES.index(message.urgency) for message in messages]),
        power,
    )


def batches(
    messages: Sequence[Message],
    pieces: Pieces,
    codes: Sequence[str],
    chance: random.Random | None,
    budget: int = 1800,
) -> list[Batch]:
    """Return all messages in batches of about `budget` pieces; changed when `chance` is given."""
    texts = [
        varied(message.text, message.lang, chance) if chance else message.text
        for message in messages
    ]
    looked = [looks(text, pieces) for text in texts]
    if chance:
        looked = [[_holed(window, chance) for window in found] for found in looked]
    order = sorted(range(len(messages)), key=lambda at: max(map(len, looked[at])))
    found: list[Batch] = []
    group: list[int] = []
    for at in order:
        longest = max(map(len, looked[at]))
        rows = sum(len(looked[other]) for other in [*group, at])
        if group and (rows * longest > budget or len(group) >= _MOST_TOGETHER):
            found.append(_gathered(messages, looked, group, codes))
            group = []
        group.append(at)
    if group:
        found.append(_gathered(messages, looked, group, codes))
    if chance:
        chance.shuffle(found)
    return found


def _holed(window: list[int], chance: random.Random) -> list[int]:
    """Return a window with some pieces unreadable: no answer may hang on one word."""
    return [
        UNKNOWN if piece > END and chance.random() < _HOLES else piece for piece in window
    ]


def _gathered(
    messages: Sequence[Message],
    looked: Sequence[list[list[int]]],
    group: Sequence[int],
    codes: Sequence[str],
) -> Batch:
    return batch([messages[at] for at in group], [looked[at] for at in group], codes)
