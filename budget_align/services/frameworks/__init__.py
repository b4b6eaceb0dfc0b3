"""Outcome frameworks, bundled and a government's own, and their versions."""
