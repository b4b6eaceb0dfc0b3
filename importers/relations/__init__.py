"""How the figures of a table make each other up: sums down and across, differences, shares and averages.

Pure functions over arrays. A relation is believed by its odds: how unlikely it is that figures which have nothing to do
with each other agree so well, given how many combinations were tried. `chance` holds that estimate, `sums` finds sums
of rows and of columns, `others` differences, percentages and averages.
"""

from importers.relations.chance import BELIEVED, Relation
from importers.relations.others import find_average_rows, find_difference_columns, find_share_columns, find_share_rows
from importers.relations.sums import find_sum_columns, find_sum_rows

__all__ = [
    "BELIEVED",
    "Relation",
    "find_average_rows",
    "find_difference_columns",
    "find_share_columns",
    "find_share_rows",
    "find_sum_columns",
    "find_sum_rows",
]
