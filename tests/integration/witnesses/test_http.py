"""An exchange ends when its time is up, whatever the other side does, and asks no proxy for this machine."""

from __future__ import annotations

import socket
import threading

import pytest

from app.witnesses.http import UnreachableError, client_for, exchange, is_loopback


def test_an_answer_that_drips_is_cut_off_as_a_whole() -> None:
    ended = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listening, client_for("http://127.0.0.1") as client:

        def drip() -> None:
            connection, _ = listening.accept()
            with connection:
                connection.recv(4096)
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
                while not ended.wait(0.02):
                    try:
                        connection.sendall(b".")
                    except OSError:
                        return

        dripping = threading.Thread(target=drip)
        dripping.start()
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        # No two bytes are ever a fifth of a second apart.
        with pytest.raises(UnreachableError, match=r"no whole answer within 0\.2 seconds"):
            exchange(client, "GET", url, seconds=0.2, most_bytes=1 << 20)
        ended.set()
        dripping.join()


@pytest.mark.parametrize("url", ["nonsense", "http://", "ftp://127.0.0.1/x"])
def test_what_is_no_address_is_unreachable(url: str) -> None:
    with client_for(url) as client, pytest.raises(UnreachableError):
        exchange(client, "GET", url, seconds=1, most_bytes=10)


def test_this_machine_is_known_by_its_addresses_and_its_name() -> None:
    here = ["http://127.0.0.1:8000/x", "http://[::1]:1", "http://localhost/add"]
    away = ["https://witness.example", "https://10.0.0.1", "https://localhost.example", "nonsense"]

    assert [is_loopback(url) for url in here + away] == [True] * 3 + [False] * 4
