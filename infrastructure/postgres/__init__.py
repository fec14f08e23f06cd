"""The event log, its projections, subscriptions and leases in PostgreSQL 15 or newer."""
