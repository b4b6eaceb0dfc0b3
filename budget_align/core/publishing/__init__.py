"""Publishing: how a run stands, and what it moves against the one that stood before."""
