"""Governments and their bodies, and the installation that holds them."""
