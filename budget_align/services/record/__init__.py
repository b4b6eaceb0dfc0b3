"""The record: audit events, and changes of state that happen once."""
