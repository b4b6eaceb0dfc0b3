"""Allocation: each line given to outcomes, overheads spread, transfers eliminated, and the cube of it all."""
