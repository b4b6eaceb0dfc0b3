"""Measures of alignment over what is stored."""
