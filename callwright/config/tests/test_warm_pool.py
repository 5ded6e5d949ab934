"""Connections are handed out warm: the few that are used stay the same ones."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psycopg
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
    with ThreadPoolExecutor(1) as other:
        waits = other.submit(pool.getconn, timeout=10)
        while not waits.done() and not any(one.error is None for one in pool._waiting):
            time.sleep(0.01)
        pool.putconn(taken[1])
        assert waits.result() is taken[1]
    for one in taken:
        pool.putconn(one)


def test_connections_that_the_server_ended_are_not_handed_out(pool: WarmPool) -> None:
    taken: list[Any] = [pool.getconn() for _ in range(4)]
    for one in taken:
        pool.putconn(one)
    with psycopg.connect(**connection_parameters(), autocommit=True) as administrator:
        for one in taken[:3]:
            administrator.execute("SELECT pg_terminate_backend(%s, 5000)", [one.info.backend_pid])
    again = [pool.getconn() for _ in range(4)]
    assert [one.execute("SELECT 1").fetchone() for one in again] == [(1,)] * 4
    assert again[0] is taken[3]
    assert [one.closed for one in taken] == [True, True, True, False]
    for one in again:
        pool.putconn(one)
    assert pool.get_stats()["pool_size"] == 4


def test_the_product_uses_it_for_its_database(db: None) -> None:
    settings = connection.settings_dict
    assert settings["ENGINE"] == "callwright.config.warm_pool"
    pooled = {**settings, "OPTIONS": {**settings["OPTIONS"], "pool": database_settings(Path())["OPTIONS"]["pool"]}}
    product = DatabaseWrapper(pooled, alias="default")
    try:
        assert type(product.pool) is WarmPool
        product.pool.open()
        taken = [product.pool.getconn() for _ in range(3)]
        for one in taken:
            product.pool.putconn(one)
        used = []
        for _ in range(3):
            with product.cursor() as cursor:
                cursor.execute("SELECT pg_backend_pid()")
                used += cursor.fetchone()
            product.close()
        assert used == [taken[2].info.backend_pid] * 3
    finally:
        product.close_pool()
