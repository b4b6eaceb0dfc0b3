"""Our own workbooks: mappings, drivers, indicators, ballots, registers, frameworks and templates."""
