"""Lenses: one framework, or one version of it, seen through another."""
