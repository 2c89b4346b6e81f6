"""Work shared out over processes or machines; the results come in order and are the same on all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any, TypeVar

from toguna.core.errors import AskError

Task = TypeVar("Task")
Result = TypeVar("Result")


def run_all(
    work: Callable[[Task], Result], tasks: Sequence[Task], *, workers: int = 1, cluster: str | None = None
) -> Iterator[Result]:
    """Yield `work(task)` of each task, in order.

    Parameters
    ----------
    work : a function of a module, so that other processes find it
    workers : processes on this machine
    cluster : address of a dask.distributed scheduler, for instance tcp://10.0.0.1:8786, instead

    Raises
    ------
    AskError
        The cluster does not answer, or the extra it needs is not installed.
    """
    if cluster is not None:
        yield from _on_cluster(cluster, work, tasks)
    elif workers > 1 and len(tasks) > 1:
        chunk = max(1, len(tasks) // (4 * workers))
        with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
            yield from pool.map(work, tasks, chunksize=chunk)
    else:
        yield from map(work, tasks)


def _on_cluster(address: str, work: Callable[[Task], Result], tasks: Sequence[Task]) -> Iterator[Result]:
    try:
        from distributed import Client
    except ImportError as error:
        raise AskError("A cluster needs dask.distributed. Install it with: pip install 'toguna[cluster]'.") from error
    connect: Any = Client  # its own functions carry no types
    try:
        client = connect(address, timeout=10, set_as_default=False)
    except (OSError, ValueError, TimeoutError) as error:
        raise AskError(
            f"No scheduler answers at {address}. Start one with 'dask scheduler' and give its address."
        ) from error
    with client:
        yield from client.gather(client.map(work, tasks, pure=False))
