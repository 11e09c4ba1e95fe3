"""What somebody sees who has the files, or a dump of the tables, but no key."""

from pathlib import Path

import psycopg
from sqlalchemy import make_url


def dump(url: str) -> bytes:
    """All bytes of a database: of a SQLite file with what lies beside it, or of all tables of a PostgreSQL one."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        file = Path(str(parsed.database))
        return b"".join(path.read_bytes() for path in sorted(file.parent.glob(file.name + "*")) if path.is_file())
    parts = []
    plain = parsed.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain) as connection:
        names = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        for (name,) in names:
            with connection.cursor().copy(f'COPY "{name}" TO STDOUT (FORMAT BINARY)') as rows:
                parts += [bytes(row) for row in rows]
    return b"".join(parts)
