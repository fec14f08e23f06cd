"""Use cases of Datatrail: what happens between a request and the log, through ports only."""
