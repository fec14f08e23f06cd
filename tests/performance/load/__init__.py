"""People who use the whole service at once: `make load`."""
