"""What people see of sessions, folded from events that somebody has read from the log."""
