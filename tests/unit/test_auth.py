"""Construction of `Auth`: what it warns of."""

import pytest

from tests.unit.protocol.wire import make_auth


@pytest.mark.parametrize(
    ("base_url", "codes"),
    [
        ("http://example.com", ["plain-http"]),
        ("https://example.com", []),
        ("http://localhost:3000", []),
        ("http://127.0.0.1:3000", []),
        (None, []),
    ],
)
def test_plain_http_is_warned_of(
    caplog: pytest.LogCaptureFixture, base_url: str | None, codes: list[str]
) -> None:
    make_auth(base_url=base_url)
    assert [getattr(record, "code", None) for record in caplog.records] == codes
