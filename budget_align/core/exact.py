"""Exact splits: whole numbers of minor units and of parts per million that add up to what was split.

A part is the amount times its share, rounded towards nought; what rounding leaves goes one by one to the parts with
the largest remainders, ties by their order (the largest remainder method of Hamilton).
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

Integers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

WHOLE: Final = 1_000_000
"""Parts per million in a whole."""

_FINE: Final = 1e9
"""Weights are told apart to this part of their sum, so that the last bit of a sum of floats decides nothing."""


def split_exactly(amounts: Integers, shares: Integers) -> Integers:
    """Each amount split by shares, exactly.

    Args:
        amounts: minor units, of any sign, shape (n,).
        shares: parts per million that add up to a million, shape (k,) for the same shares or (n, k) for its own.

    Returns:
        Minor units, shape (n, k); each row adds up to its amount, and no part is one or more from its exact share.

    >>> split_exactly(np.array([100, -100]), np.array([333_333, 333_333, 333_334]))
    array([[ 33,  33,  34],
           [-33, -33, -34]])
    """
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


def shares_by(weights: Floats) -> Integers:
    """Parts per million in proportion to weights, exactly a million in each row.

    Args:
        weights: nought or more, at least one of each row above nought, shape (n, k).

    Returns:
        Shape (n, k).

    >>> shares_by(np.array([[1.0, 1.0, 1.0], [0.0, 3.0, 1.0]]))
    array([[333334, 333333, 333333],
           [     0, 750000, 250000]])
    """
    exact = np.round(weights / weights.sum(axis=1, keepdims=True) * _FINE) / _FINE * WHOLE
    parts = np.floor(exact + 1e-9).astype(np.int64)
    left = WHOLE - parts.sum(axis=1)
    order = np.argsort(-np.round((exact - parts) * 1e6), axis=1, kind="stable")
    gets = np.arange(parts.shape[1]) < left[:, None]
    extra = np.zeros_like(order)
    np.put_along_axis(extra, order, gets.astype(np.int64), axis=1)
    result: Integers = parts + extra
    return result


def format_parts(parts: int) -> str:
    """Parts per million as a percentage, exactly.

    >>> format_parts(400_000), format_parts(333_333)
    ('40%', '33.3333%')
    """
    return f"{parts * 100 / WHOLE:.4f}".rstrip("0").rstrip(".") + "%"
