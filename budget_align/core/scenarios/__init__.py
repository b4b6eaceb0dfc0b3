"""Scenarios: steps that move money, what they come to, and the least move that meets a target."""
