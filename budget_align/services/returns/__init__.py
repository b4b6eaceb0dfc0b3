"""Returns of bodies: workbooks received, drafts, what was confirmed and its versions."""
