"""Measures of alignment, a module each, and the catalogue of them."""
