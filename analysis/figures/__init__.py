"""Charts and the other blocks of a page: measured rows in, Figure out; nothing is calculated here."""
