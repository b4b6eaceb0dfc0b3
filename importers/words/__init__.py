"""Words that workbooks use, in several languages, and units of money."""
