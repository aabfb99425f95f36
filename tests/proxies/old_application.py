"""Owns the application behind a proxy that knows nothing of us: it tells the headers that came."""

import json
from collections.abc import Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from tests.servers import free_port


class _Telling(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._tell()

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("content-length") or 0))
        self._tell()

    def _tell(self) -> None:
        told = {"path": self.path, "method": self.command, "headers": self.headers.items()}
        body = json.dumps({**told, "headers": list(told["headers"])}).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def old_application() -> Generator[int]:
    """Serve it until the block ends; answer its port."""
    server = ThreadingHTTPServer(("127.0.0.1", free_port()), _Telling)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
