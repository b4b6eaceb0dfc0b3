"""Budget Align: all the money of a budget, traced to the outcomes it serves."""

import gc

# Nearly all that a process of ours loads stays to its end; looking through it again and again for what nobody needs any
# more takes a sixth of the time that a service takes to start.
gc.set_threshold(20_000, 20, 20)
