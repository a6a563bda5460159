"""The cheapest SMTP server that answers correctly: counts messages, keeps nothing."""

import multiprocessing
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

END_OF_DATA = b"\r\n.\r\n"


@contextmanager
def sink() -> Iterator[str]:
    """Yield the address of a sink that runs in a process of its own."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=64)
    process = multiprocessing.get_context("fork").Process(target=_serve, args=(listener,))
    process.start()
    try:
        yield f"smtp://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        process.terminate()
        process.join()
        listener.close()


def _serve(listener: socket.socket) -> None:
    while True:
        connection, _ = listener.accept()
        threading.Thread(target=_converse, args=(connection,), daemon=True).start()


def _converse(connection: socket.socket) -> None:
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    connection.sendall(b"220 sink\r\n")
    held = b""
    while said := connection.recv(65536):
        held += said
        while b"\r\n" in held:
            command, _, held = held.partition(b"\r\n")
            if command.upper() == b"DATA":
                connection.sendall(b"354 go on\r\n")
                held = _swallow(connection, held)
            connection.sendall(b"221 bye\r\n" if command.upper() == b"QUIT" else b"250 ok\r\n")


def _swallow(connection: socket.socket, held: bytes) -> bytes:
    while END_OF_DATA not in held:
        held += connection.recv(65536)
    return held.partition(END_OF_DATA)[2]
