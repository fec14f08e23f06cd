"""The role that the service connects as: it may append, and never change or remove."""

from psycopg import Connection as PsycopgConnection
from psycopg import errors as pg
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from infrastructure.postgres.errors import MigrationRefused
from infrastructure.postgres.tables import SERVICE_ROLE

# Roles belong to the cluster: another database's migration may create the role meanwhile.
_CREATE = f"""
DO $$ BEGIN
    CREATE ROLE {SERVICE_ROLE} LOGIN;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
END $$
"""

_MAY_BECOME = f"""
SELECT pg_has_role(
    current_user, '{SERVICE_ROLE}',
    CASE WHEN current_setting('server_version_num')::integer >= 160000 THEN 'SET' ELSE 'MEMBER' END
)
"""


def ensure_service_role(connection: Connection, *, password: str | None) -> None:
    """Create the role if it is missing, let the migrating role act as it, and set its password.

    Raises MigrationRefused when the migrating role may not do that.
    """
    try:
        if not connection.scalar(
            text("SELECT 1 FROM pg_roles WHERE rolname = :role"), {"role": SERVICE_ROLE}
        ):
            connection.execute(text(_CREATE))
        if not connection.scalar(text(_MAY_BECOME)):
            connection.execute(text(f"GRANT {SERVICE_ROLE} TO CURRENT_USER"))
        if password is not None:
            _set_password(connection, password)
    except DBAPIError as error:
        if not isinstance(error.orig, pg.InsufficientPrivilege):
            raise
        user = connection.engine.url.username
        raise MigrationRefused(
            f"the role {user} may not set up the service's role. Let an administrator run: "
            f"CREATE ROLE {SERVICE_ROLE} LOGIN PASSWORD '...'; GRANT {SERVICE_ROLE} TO {user}; "
            "then migrate again without a service password"
        ) from error


def _set_password(connection: Connection, password: str) -> None:
    """The server gets a salted verifier, so that its log never holds the password."""
    driver = connection.connection.driver_connection
    if not isinstance(driver, PsycopgConnection):
        raise TypeError(f"expected a psycopg connection, not {type(driver).__name__}")
    verifier = driver.pgconn.encrypt_password(
        password.encode(), SERVICE_ROLE.encode(), b"scram-sha-256"
    ).decode()
    # ALTER ROLE takes no parameters. A SCRAM verifier is base64, digits, $ and colons: no quote.
    connection.exec_driver_sql(f"ALTER ROLE {SERVICE_ROLE} PASSWORD '{verifier}'")
