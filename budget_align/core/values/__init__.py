"""Values that every room counts with: money, numbers as written, years, days, prices, terms, and refusals."""
