"""Indicators and the public's priorities."""
