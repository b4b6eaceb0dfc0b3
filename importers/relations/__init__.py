"""How the figures of a table make each other up: sums down and across, running totals, differences and shares.

A relation is believed by its odds: how unlikely it is that figures which have nothing to do with each other agree so
well, given how many combinations were tried; `chance` holds that estimate. `sums` and `totals` find which rows of a
table are made of others, `cell_sums` and `others` the roles of single cells.
"""
