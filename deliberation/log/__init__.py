"""日志: the append-only log of a community, its order, its tree and its replay."""
