"""Object storage: a local directory or an S3-compatible server, through obstore."""
