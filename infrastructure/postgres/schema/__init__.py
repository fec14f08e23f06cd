"""The database's schema as Alembic migrations, run by `infrastructure.postgres.migrations`."""
