"""Scenarios: their steps, what they do and what is downloaded of them."""
