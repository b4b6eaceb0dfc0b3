"""Allocation: each line's amount given to outcomes, exactly, to the penny.

For every line the sum of what it gives, unaligned included, equals its amount. A share is the line's amount times
whole parts per million, rounded towards nought; the pence that rounding leaves go one by one to the shares with the
largest remainders, ties by the order of the shares (the largest remainder method of Hamilton).
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from budget_align.core.mapping import WHOLE, Mapping, match_rules

Integers = npt.NDArray[np.int64]

UNALIGNED: Final = ""
"""The outcome code of money that no rule gave to any outcome."""

SCHEMA: Final = {"line_id": "str", "outcome": "str", "amount": "int64", "rule_id": "str", "kind": "str"}
"""Columns of a frame of allocations. `rule_id` is empty where no rule matched the line; `kind` is direct or
unaligned."""

CUBE_KEYS: Final = ["body", "outcome", "control", "stage", "fiscal_year", "kind"]


def split_exactly(amounts: Integers, shares: Integers) -> Integers:
    """Each amount split by the same shares, exactly.

    Args:
        amounts: minor units, of any sign, shape (n,).
        shares: parts per million that add up to a million, shape (k,).

    Returns:
        Minor units, shape (n, k); each row adds up to its amount, and no part is a penny or more from its exact share.

    >>> split_exactly(np.array([100, -100]), np.array([333_333, 333_333, 333_334]))
    array([[ 33,  33,  34],
           [-33, -33, -34]])
    """
    sign = np.sign(amounts)
    millions, rest = np.divmod(np.abs(amounts), WHOLE)
    # Amount = millions × 10⁶ + rest, so that no product leaves 64 bits.
    products = rest[:, None] * shares[None, :]
    parts: Integers = millions[:, None] * shares[None, :] + products // WHOLE
    left = np.abs(amounts) - parts.sum(axis=1)
    order = np.argsort(-(products % WHOLE), axis=1, kind="stable")
    rank = np.empty_like(order)
    np.put_along_axis(rank, order, np.arange(len(shares))[None, :], axis=1)
    result: Integers = (parts + (rank < left[:, None])) * sign[:, None]
    return result


def allocate(lines: pd.DataFrame, mapping: Mapping) -> pd.DataFrame:
    """What each line gives to each outcome, by the first rule of the mapping that matches it.

    Memo lines give nothing: their money is counted elsewhere. A row depends on its own line alone, so a budget may
    be allocated in parts.

    Args:
        lines: budget lines, as `budget_line.SCHEMA` says.
        mapping: the rules.

    Returns:
        Allocations as `SCHEMA` says, in the order of the lines and, within a line, of the rule's shares with
        unaligned last.
    """
    counted = lines[~lines["memo"]]
    decided = match_rules(counted, mapping)
    amounts = counted["amount"].to_numpy(dtype=np.int64)
    line, outcome, amount, rule = [], [], [], []
    codes = [UNALIGNED, *dict.fromkeys(code for each in mapping.rules for code in each.to)]
    code_of = {code: position for position, code in enumerate(codes)}
    for position in np.unique(decided):
        positions = np.flatnonzero(decided == position)
        shares = dict(mapping.rules[position].to) if position >= 0 else {}
        if sum(shares.values()) < WHOLE:
            shares[UNALIGNED] = WHOLE - sum(shares.values())
        parts = split_exactly(amounts[positions], np.array(list(shares.values()), dtype=np.int64))
        line.append(np.repeat(positions, len(shares)))
        outcome.append(np.tile([code_of[code] for code in shares], len(positions)))
        amount.append(parts.ravel())
        rule.append(np.full(parts.size, position))
    if not line:
        return pd.DataFrame({name: pd.Series(dtype=dtype) for name, dtype in SCHEMA.items()})
    order = np.argsort(np.concatenate(line), kind="stable")
    outcomes = np.concatenate(outcome)[order]
    rules = pd.Index([rule.id for rule in mapping.rules] + [""], dtype="str")
    return pd.DataFrame(
        {
            "line_id": counted["line_id"].to_numpy()[np.concatenate(line)[order]],
            "outcome": pd.Index(codes, dtype="str").take(outcomes),
            "amount": np.concatenate(amount)[order],
            "rule_id": rules.take(np.concatenate(rule)[order] % len(rules)),
            "kind": pd.Index(["unaligned", "direct"], dtype="str").take((outcomes > 0).astype(np.int64)),
        }
    ).astype(SCHEMA)


def summarise(lines: pd.DataFrame, allocations: pd.DataFrame) -> pd.DataFrame:
    """The cube: body, outcome, control, stage, fiscal year and kind, with the amount of each; memo lines as kind
    memo, so that nothing read goes missing. Every page reads this small frame, never the lines.
    """
    keys = ["line_id", "body", "control", "stage", "fiscal_year"]
    joined = allocations.merge(lines[keys], on="line_id", how="left", validate="many_to_one")
    memo = lines.loc[lines["memo"], [*keys, "amount"]].assign(outcome=UNALIGNED, kind="memo")
    both = pd.concat([joined[[*CUBE_KEYS, "amount"]], memo[[*CUBE_KEYS, "amount"]]], ignore_index=True)
    return both.groupby(CUBE_KEYS, sort=True, observed=True)["amount"].sum().reset_index()
