"""From a report model to pictures, pages and files."""
