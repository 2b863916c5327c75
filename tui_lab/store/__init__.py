"""The history: one SQLite database for every run, written by one connection a process."""
