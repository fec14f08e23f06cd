"""The tiles of the log's Merkle tree, as the database holds them."""

from sqlalchemy import Connection, select

from infrastructure.postgres.tables import merkle_tiles


class StoredTiles:
    """Implements `Tiles` on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def tile(self, level: int, index: int) -> bytes:
        query = select(merkle_tiles.c.hashes).where(
            merkle_tiles.c.level == level, merkle_tiles.c.index == index
        )
        return self._connection.scalar(query) or b""
