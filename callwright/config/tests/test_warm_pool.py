"""Connections are handed out warm: the few that are used stay the same ones."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from psycopg_pool import PoolTimeout

from callwright.config.environment import database_settings
from callwright.config.warm_pool.base import DatabaseWrapper, WarmPool
from callwright.live.listening import connection_parameters


@pytest.fixture
def pool(db: None) -> Iterator[WarmPool]:
    with WarmPool(kwargs={**connection_parameters(), "autocommit": True}, min_size=0, max_size=4, timeout=10) as made:
        yield made


def server_process(pool: WarmPool) -> int:
    with pool.connection() as used:
        return int(used.info.backend_pid)


def test_what_was_given_back_last_is_handed_out_first(pool: WarmPool) -> None:
    first, second, third = (pool.getconn() for _ in range(3))
    for one in (second, third, first):
        pool.putconn(one)
    assert [server_process(pool) for _ in range(5)] == [first.info.backend_pid] * 5
    again = [pool.getconn() for _ in range(3)]
    assert again == [first, third, second]
    for one in again:
        pool.putconn(one)


def test_a_pool_that_shrinks_ends_the_coldest(pool: WarmPool) -> None:
    taken: list[Any] = [pool.getconn() for _ in range(3)]
    for one in taken:
        pool.putconn(one)
    pool._nconns_min = 2  # as after ten minutes in which two were never needed
    pool._shrink_pool()
    assert [one.closed for one in taken] == [True, False, False]
    assert server_process(pool) == taken[2].info.backend_pid


def test_connections_beyond_the_most_wait_for_one_that_comes_back(pool: WarmPool) -> None:
    taken = [pool.getconn() for _ in range(4)]
    with pytest.raises(PoolTimeout):
        pool.getconn(timeout=0.05)
    pool.putconn(taken[1])
    assert pool.getconn(timeout=1) is taken[1]
    for one in taken:
        pool.putconn(one)


def test_the_product_uses_it_for_its_database(db: None) -> None:
    settings = connection.settings_dict
    assert settings["ENGINE"] == "callwright.config.warm_pool"
    pooled = {**settings, "OPTIONS": {**settings["OPTIONS"], "pool": database_settings(Path())["OPTIONS"]["pool"]}}
    product = DatabaseWrapper(pooled, alias="default")
    try:
        used = set()
        for _ in range(3):
            with product.cursor() as cursor:
                cursor.execute("SELECT pg_backend_pid()")
                used.add(cursor.fetchone())
            product.close()
        assert type(product.pool) is WarmPool
        assert len(used) == 1
    finally:
        product.close_pool()
