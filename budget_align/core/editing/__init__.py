"""Editing a mapping: groups of lines, suggestions, checks, edits and what they change."""
