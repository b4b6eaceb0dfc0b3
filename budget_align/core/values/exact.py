"""Exact splits: whole numbers of minor units and of parts of a whole that add up to what was split.

Shares that people state are parts per million; those that follow from amounts and measures are parts of `FINE`. A
part is the amount times its share, rounded towards zero; what rounding leaves goes one by one to the parts with the
largest remainders, ties by their order (the largest remainder method of Hamilton).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from budget_align.core.values.arrays import Integers

WHOLE: Final = 1_000_000
"""Parts per million in a whole."""

FINE: Final = 10**18
"""Parts in a whole where shares follow from amounts and measures, so that no part of any budget is a penny off."""

_NOISE: Final = FINE // 10**6


def split_exactly(amounts: Integers, shares: Integers) -> Integers:
    """Each amount split by shares, exactly.

    Args:
        amounts: minor units, of any sign, shape (n,).
        shares: parts per million that add up to a million, shape (k,) for the same shares or (n, k) for its own.

    Returns:
        Minor units, shape (n, k); each row adds up to its amount, and no part is one or more from its exact share.

    >>> import numpy as np
    >>> split_exactly(np.array([100, -100]), np.array([333_333, 333_333, 333_334]))
    array([[ 33,  33,  34],
           [-33, -33, -34]])
    """
    # Whoever only states shares does not wait for arrays to be loaded.
    import numpy as np

    sign, size = np.sign(amounts), np.abs(amounts)
    millions, rest = np.divmod(size, WHOLE)
    # Amount = millions × 10⁶ + rest, so that no product leaves 64 bits.
    products = rest[:, None] * shares
    whole, remainders = np.divmod(products, WHOLE)
    parts: Integers = millions[:, None] * shares + whole
    left = size - parts.sum(axis=1)
    uneven = np.flatnonzero(left)
    if len(uneven):
        order = np.argsort(-remainders[uneven], axis=1, kind="stable")
        gets = np.arange(parts.shape[1]) < left[uneven, None]
        extra = np.zeros_like(order)
        np.put_along_axis(extra, order, gets.astype(np.int64), axis=1)
        parts[uneven] += extra
    parts *= sign[:, None]
    return parts


def scale_exactly(amount: int, weights: Sequence[int]) -> list[int]:
    """An amount split in proportion to weights of either sign, exactly, by the largest remainders, ties by order.

    Weights that come to zero split nothing: all of the amount goes to the first.

    >>> scale_exactly(100, [1, 1, 1]), scale_exactly(60, [120, -40]), scale_exactly(-7, [1, 1])
    ([34, 33, 33], [90, -30], [-4, -3])
    """
    total = sum(weights)
    if not total:
        return [amount, *(0 for _ in weights[1:])] if weights else []
    if total < 0:
        return scale_exactly(amount, [-weight for weight in weights])
    if amount < 0:
        return [-part for part in scale_exactly(-amount, weights)]
    parts, remainders = map(list, zip(*(divmod(amount * weight, total) for weight in weights), strict=True))
    order = sorted(range(len(weights)), key=lambda place: -remainders[place])
    for place in order[: amount - sum(parts)]:
        parts[place] += 1
    return parts


def split_finely(amounts: Integers, shares: Sequence[int]) -> Integers:
    """Each amount split by shares in parts of `FINE`, exactly, as `split_exactly` does by parts per million.

    A millionth of a minor unit decides nothing between two remainders, since shares are cut to whole parts themselves.

    Args:
        amounts: minor units, of any sign, shape (n,).
        shares: parts that add up to `FINE`, k of them.

    >>> import numpy as np
    >>> split_finely(np.array([100, -1]), [FINE // 3 + 1, FINE // 3, FINE // 3])
    array([[34, 33, 33],
           [-1,  0,  0]])
    """
    import numpy as np

    products = np.abs(amounts).astype(object)[:, None] * np.array(shares, dtype=object)
    whole = (products // FINE).astype(np.int64)
    remainders = ((products % FINE + _NOISE // 2) // _NOISE).astype(np.int64)
    left = np.abs(amounts) - whole.sum(axis=1)
    order = np.argsort(-remainders, axis=1, kind="stable")
    gets = np.arange(whole.shape[1]) < left[:, None]
    extra = np.zeros_like(whole)
    np.put_along_axis(extra, order, gets.astype(np.int64), axis=1)
    parts: Integers = (whole + extra) * np.sign(amounts)[:, None]
    return parts


def format_parts(parts: int) -> str:
    """Parts per million as a percentage, exactly.

    >>> format_parts(400_000), format_parts(333_333)
    ('40%', '33.3333%')
    """
    return f"{parts * 100 / WHOLE:.4f}".rstrip("0").rstrip(".") + "%"
