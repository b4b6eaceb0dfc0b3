"""Readings: tables weighed, what is doubtful asked about, lines and findings made."""
