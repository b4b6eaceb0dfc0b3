"""Mappings: drafts, approvals, the workbench, suggestions, drivers and mapping workbooks."""
