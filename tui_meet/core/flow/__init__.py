"""What each fact leads to: handlers of a `Turn`, one file for each part of a meeting's course."""
