"""The log measured side by side with its peers: `make bench`."""
