"""Places of the log's order whose event is gone: what the Merkle tree still knows, and no row."""

from sqlalchemy import Connection, text

# Half a second of work or so: no statement of a long log takes longer than the server allows.
_AT_ONCE = 2**18

# Tile by tile, since a tile is read as a whole; places are looked at in the first that differs.
_VACATED = text(
    """
    WITH places AS MATERIALIZED (
        SELECT (o.position - 1) / 256 AS tile, count(*) AS held, min(o.position) AS first,
               string_agg(sha256('\\x00'::bytea || e.hash), ''::bytea ORDER BY o.position) AS leaves
        FROM log_order o JOIN events e ON e.id = o.id
        WHERE o.position > :after AND o.position <= :up_to
        GROUP BY 1
    ), differing AS (
        SELECT t.index AS tile
        FROM generate_series(:after / 256, (:up_to - 1) / 256) AS t (index)
        LEFT JOIN places p ON p.tile = t.index
        LEFT JOIN merkle_tiles m ON m.level = 0 AND m.index = t.index
        WHERE (
            p.first = greatest(t.index * 256, :after) + 1
            AND p.held = least(t.index * 256 + 256, :up_to) - p.first + 1
            AND p.leaves = substring(
                m.hashes FROM ((p.first - 1 - t.index * 256) * 32 + 1)::integer
                FOR (p.held * 32)::integer
            )
        ) IS NOT TRUE
        ORDER BY t.index LIMIT 1
    )
    SELECT min(place) FROM differing d
    CROSS JOIN generate_series(
        greatest(d.tile * 256, :after) + 1, least(d.tile * 256 + 256, :up_to)
    ) AS place
    LEFT JOIN merkle_tiles m ON m.level = 0 AND m.index = d.tile
    LEFT JOIN (log_order o JOIN events e ON e.id = o.id) ON o.position = place
    WHERE sha256('\\x00'::bytea || e.hash) IS DISTINCT FROM substring(
        m.hashes FROM ((place - 1 - d.tile * 256) * 32 + 1)::integer FOR 32
    )
    """
)


def first_vacated(connection: Connection, *, after: int, up_to: int) -> int | None:
    """The first position behind `after` whose leaf in the tree is no event's any more.

    `up_to` is the last one that is looked at. None if each of them holds its event.
    """
    for begin in range(after, up_to, _AT_ONCE):
        part = {"after": begin, "up_to": min(begin + _AT_ONCE, up_to)}
        position = connection.scalar(_VACATED, part)
        if position is not None:
            return int(position)
    return None
