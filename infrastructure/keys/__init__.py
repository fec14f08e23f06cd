"""The keys of subjects, in a directory or a bucket of their own."""
