"""What the application asks of the outside world, as small Protocols."""
