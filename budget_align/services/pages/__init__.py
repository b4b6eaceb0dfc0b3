"""What each page shows, asked for as one thing: a page asks one function, and works nothing out."""
