"""Approvals: what one person made, another looks at, comments on, and approves or returns."""
