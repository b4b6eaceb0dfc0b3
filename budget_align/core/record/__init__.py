"""The record: events in one chain of hashes, and what shows that one was altered, left out or moved."""
