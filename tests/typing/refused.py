"""What an application must not write: checked, and never run.

Both checkers find an error in each marked line. Where they did not, the mark itself would be one.
"""

from django.http import HttpRequest

from nextauth import (
    Auth,
    Callbacks,
    Credentials,
    FormField,
    JWTParams,
    Request,
    Session,
    SessionOptions,
    SubmittedCredentials,
    User,
)
from nextauth.integrations.django import session_required
from nextauth.integrations.fastapi import RequireSession
from nextauth.integrations.flask import session_required as session_required_in_flask


def answers_a_number(credentials: SubmittedCredentials) -> int:
    return 1


def takes_three(credentials: SubmittedCredentials, request: Request, more: int) -> None: ...


def jwt_of_a_number(params: JWTParams) -> int:
    return 1


Credentials(answers_a_number)  # type: ignore[arg-type]
Credentials(takes_three)  # type: ignore[arg-type]
Credentials(lambda _: None, {"name": "Name"})  # type: ignore[dict-item]
FormField("Name", kind="email")  # type: ignore[call-arg]
Auth(secrets=["a secret"])  # type: ignore[call-arg]
Auth(providers=[Credentials])  # type: ignore[list-item]
Auth(providers=Credentials(lambda _: None))  # type: ignore[arg-type]
Auth(session={"max_age": 60})  # type: ignore[arg-type]
Callbacks(jwt=jwt_of_a_number)  # type: ignore[arg-type]
SessionOptions(max_age="30 days")  # type: ignore[arg-type]
User(id=1.5)  # type: ignore[arg-type]
User(role="admin")  # type: ignore[call-arg]
RequireSession()  # type: ignore[call-arg]


def asks(auth: Auth, request: Request, session: Session) -> None:
    str(auth.session_sync(request).user)  # type: ignore[union-attr]
    str(auth.session(request).user)  # type: ignore[attr-defined]
    session.user.name.upper()  # type: ignore[union-attr]
    session.user = User()  # type: ignore[misc]
    session.token["role"] = "admin"  # type: ignore[index]


async def changes_what_was_submitted(credentials: SubmittedCredentials) -> None:
    credentials["password"] = ""  # type: ignore[index]


@session_required
def in_django(request: HttpRequest, page: int) -> None: ...


@session_required_in_flask
def in_flask(page: int) -> None: ...


in_django(HttpRequest())  # type: ignore[call-arg]
in_flask("one")  # type: ignore[arg-type]
