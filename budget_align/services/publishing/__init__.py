"""Publishing: a run is a trial until two people make it the one that everyone sees."""
