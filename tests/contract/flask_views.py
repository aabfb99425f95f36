"""Owns the views and the small applications that the tests of Flask's habits share."""

from collections.abc import Callable
from typing import Any

from flask import Flask

from nextauth import Auth, Credentials
from nextauth.integrations.flask import AuthExtension, current_session, session_required
from tests.contract.conftest import SECRET, ada


def make_auth(**options: Any) -> Auth:  # noqa: ANN401
    options.setdefault("providers", [Credentials(authorize=ada, account="email")])
    return Auth(secret=SECRET, environ={}, **options)


def with_views(*views: Callable[[], Any], **options: Any) -> Callable[[Auth], Flask]:  # noqa: ANN401
    """Answer what builds an application with a view under each function's name."""

    def build(auth: Auth) -> Flask:
        app = Flask(__name__)
        app.config.update(options)
        for view in views:
            app.add_url_rule(f"/{view.__name__}", view_func=view)
        AuthExtension(auth, app)
        return app

    return build


def greet() -> str:
    return current_session.user.name or "" if current_session else "stranger"


@session_required
def mine() -> str:
    return greet()
