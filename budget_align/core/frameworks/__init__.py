"""Outcome frameworks: missions, outcomes and what a version of them holds."""
