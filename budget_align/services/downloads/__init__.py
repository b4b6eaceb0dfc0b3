"""Files that are made for whoever downloads them."""
