"""Owns the other site: a tiny server on another origin, whose page posts a form to the demo."""

import html
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread


@dataclass
class Elsewhere:
    """One page, at every path. `localhost` is the demo's own site, 127.0.0.1 is another one."""

    port: int
    page: str = ""
    paths: list[str] = field(default_factory=list)

    def origin(self, host: str) -> str:
        return f"http://{host}:{self.port}"

    def show_form(self, action: str, fields: Mapping[str, str], *, head: str = "") -> None:
        inputs = "".join(
            f'<input type="hidden" name="{html.escape(name)}" value="{html.escape(value)}">'
            for name, value in fields.items()
        )
        self.page = (
            f'<!doctype html><html lang="en"><head><title>Elsewhere</title>{head}</head>'
            f'<body><form method="post" action="{html.escape(action)}">{inputs}'
            "<button>You have won</button></form></body></html>"
        )


@contextmanager
def running_elsewhere() -> Generator[Elsewhere]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            site.paths.append(self.path)
            body = site.page.encode()
            self.send_response(200)
            self.send_header("content-type", "text/html; charset=utf-8")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its base's name
            """Print nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        site = Elsewhere(server.server_port)
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield site
        finally:
            server.shutdown()
            thread.join()
