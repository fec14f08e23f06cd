"""The store as it would be without its guard: for databases that are thrown away."""

import re

import psycopg

# In every function that appends: the stream's last writer must not be a younger transaction.
_GUARD = re.compile(r"\b\w+\.xid\s*>\s*\w+")

_APPENDING = """
SELECT oid::regprocedure::text, pg_get_functiondef(oid) FROM pg_proc
WHERE pronamespace = 'public'::regnamespace AND prokind = 'f'
  AND prosrc ~* 'insert\\s+into\\s+public\\.events\\M'
"""


class GuardMissing(AssertionError):
    """A function appends, and nothing in it looks at the stream's last transaction."""


def remove_guard(conninfo: str, *, of: str = "") -> list[str]:
    """Let no append look at the stream's last transaction; the functions that did so.

    `of` is the name of a single function: the others keep their guard.

    Raises GuardMissing when one of those that write events has no such guard to remove.
    """
    with psycopg.connect(conninfo) as connection:
        functions = [
            (name, definition)
            for name, definition in connection.execute(_APPENDING)
            if not of or name.startswith(f"{of}(")
        ]
        for name, definition in functions:
            unguarded, guards = _GUARD.subn("false", definition)
            if not guards:
                raise GuardMissing(f"{name} writes events without a guard of the streams' order")
            connection.execute(unguarded.encode())
    if not functions:
        raise GuardMissing("no function writes events")
    return [name for name, _ in functions]
