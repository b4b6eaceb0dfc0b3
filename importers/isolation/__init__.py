"""Reading in a process of its own, within limits, whose answer is data."""
