"""What a dataset is: its tables, how they are read, and whether they hold together."""
