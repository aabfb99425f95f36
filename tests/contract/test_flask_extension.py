"""The Flask extension itself: factories, applications that lack it, its commands."""

import pytest
from flask import Flask

from nextauth import Auth, Credentials, User
from nextauth.integrations.flask import AuthExtension, current_session, signout_url
from nextauth.testing import signed_in
from tests.contract.conftest import ada
from tests.contract.flask_views import make_auth, mine, with_views

ADA = User(id="1", name="Ada")
HTML = {"accept": "text/html"}


def test_one_extension_serves_the_applications_of_a_factory() -> None:
    auth = make_auth()
    extension = AuthExtension(auth)

    def create_app() -> Flask:
        app = Flask(__name__)
        app.add_url_rule("/mine", view_func=mine)
        extension.init_app(app)
        return app

    for app in (create_app(), create_app()):
        assert app.extensions["nextauth"] is extension
        client = app.test_client()
        assert client.get("/mine").status_code == 401
        assert signed_in(client, ADA, auth=auth).get("/mine").text == "Ada"


def test_outside_a_request_nobody_is_signed_in() -> None:
    assert not current_session


def test_a_second_extension_is_refused() -> None:
    app = with_views()(make_auth())
    with pytest.raises(RuntimeError, match="already"):
        AuthExtension(make_auth(), app)


def test_an_application_without_the_extension_is_told_so() -> None:
    app = Flask(__name__)
    with app.test_request_context(), pytest.raises(LookupError, match="init_app"):
        bool(current_session)


def test_the_command_lists_the_routes() -> None:
    runner = with_views()(make_auth(base_path="/login")).test_cli_runner()
    lines = runner.invoke(args=["nextauth", "routes"]).output.splitlines()
    assert [line.split() for line in lines if "session" in line] == [
        ["GET,", "POST", "/login/session"]
    ]
    assert [line.split() for line in lines if "callback" in line] == [
        ["POST", "/login/callback/credentials"]
    ]
    assert any(line.endswith(" /login/signin/credentials") for line in lines)


def test_the_command_prints_a_secret_that_auth_takes() -> None:
    runner = with_views()(make_auth()).test_cli_runner()
    first, second = (runner.invoke(args=["nextauth", "secret"]).output for _ in range(2))
    assert first != second
    Auth(providers=[Credentials(authorize=ada, account="email")], secret=first.strip(), environ={})


def test_a_reader_of_another_sites_sessions_has_no_routes() -> None:
    writer = make_auth()
    reader = make_auth(providers=[], base_url="http://localhost")
    app = with_views(mine, signout_url)(reader)
    client = app.test_client()
    assert client.get("/api/auth/session").status_code == 404
    assert client.get("/mine", headers=HTML).location == (
        "http://localhost/api/auth/signin?callbackUrl=http%3A%2F%2Flocalhost%2Fmine"
    )
    assert client.get("/signout_url").text == "http://localhost/api/auth/signout"
    assert signed_in(client, ADA, auth=writer).get("/mine").text == "Ada"
    assert app.test_cli_runner().invoke(args=["nextauth", "routes"]).output == ""
