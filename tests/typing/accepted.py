"""What an application may write, and the types that it gets: checked, and never run."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Annotated, Any, assert_type

from django.http import HttpRequest, HttpResponse
from fastapi import Depends
from starlette.requests import Request as StarletteRequest
from starlette.responses import Response as StarletteResponse

import nextauth.integrations.django
import nextauth.integrations.flask
import nextauth.integrations.quart
import nextauth.integrations.starlette
from nextauth import (
    AccessDenied,
    Auth,
    Callbacks,
    Credentials,
    CredentialsSignin,
    FormField,
    JWTParams,
    RedirectParams,
    Request,
    Response,
    Session,
    SessionOptions,
    SessionParams,
    SignInParams,
    SubmittedCredentials,
    User,
)
from nextauth.events import Event, SignedIn, SignInFailed
from nextauth.integrations.fastapi import OptionalSession, RequireSession

# `authorize`, in all its forms -------------------------------------------------------------------


def answers_a_user(credentials: SubmittedCredentials) -> User | None:
    return User(id=1, name=assert_type(credentials["name"], str))


def answers_a_mapping(credentials: SubmittedCredentials) -> dict[str, Any] | None:
    return {"id": 1, "role": "admin"} if credentials.get("name") else None


async def takes_the_request(credentials: SubmittedCredentials, request: Request) -> User | None:
    return User(name=request.client)


def denies(credentials: SubmittedCredentials) -> bool:
    raise AccessDenied


def refuses(credentials: SubmittedCredentials) -> None:
    raise CredentialsSignin(code="locked")


providers = [
    Credentials(answers_a_user),
    Credentials(answers_a_mapping, {"name": FormField("Name")}),
    Credentials(authorize=takes_the_request, id="two"),
    Credentials(authorize=refuses, amr=("hwk",)),
    Credentials(lambda _: None),
    Credentials(lambda credentials: {"id": 1} if credentials["pin"] == "1815" else None),
]


# Callbacks and events ----------------------------------------------------------------------------


def sign_in(params: SignInParams) -> bool | str:
    return bool(assert_type(params.user, User).id) or "/welcome"


async def redirect(params: RedirectParams) -> str:
    return assert_type(params.base_url, str)


def jwt(params: JWTParams) -> dict[str, Any] | None:
    return assert_type(params.token, dict[str, Any]) if params.user else None


async def session(params: SessionParams) -> dict[str, Any]:
    return {**params.session, "id": params.user.id}


def audit(event: Event) -> None:
    match event:
        case SignedIn(user=user):
            assert_type(user, User)
        case SignInFailed(reason=reason):
            assert_type(reason, str)
        case _:
            assert_type(event.at.time, float)


auth = Auth(
    providers=providers,
    secret=["newer", "older"],
    callbacks=Callbacks(sign_in=sign_in, redirect=redirect, jwt=jwt, session=session),
    session=SessionOptions(max_age=60),
    events=[audit],
)


# Sessions ----------------------------------------------------------------------------------------


async def asks(request: Request) -> None:
    assert_type(auth.session_sync(request), Session | None)
    assert_type(auth.handle_sync(request), Response)
    assert_type(await auth.handle(request), Response)
    found = assert_type(await auth.session(request), Session | None)
    if found is None:
        return
    assert_type(found.user.id, str | None)
    assert_type(found.expires, datetime)
    assert_type(found.amr, tuple[str, ...])


# Frameworks --------------------------------------------------------------------------------------


def in_fastapi(
    mine: Annotated[Session, Depends(RequireSession(auth))],
    ours: Annotated[Session | None, Depends(OptionalSession(auth))],
) -> None: ...


async def what_the_dependencies_answer(request: StarletteRequest) -> None:
    response = StarletteResponse()
    assert_type(await RequireSession(auth)(request, response), Session)
    assert_type(await OptionalSession(auth)(request, response), Session | None)


@nextauth.integrations.starlette.session_required(auth)
async def in_starlette(request: StarletteRequest) -> StarletteResponse:
    found = await nextauth.integrations.starlette.current_session(request, auth)
    assert_type(found, Session | None)
    return StarletteResponse()


assert_type(in_starlette, Callable[[StarletteRequest], Awaitable[StarletteResponse]])


@nextauth.integrations.flask.session_required
def in_flask(page: int) -> str:
    name: str | None = nextauth.integrations.flask.current_session.user.name
    return name or nextauth.integrations.flask.signin_url()


def anybody_in_flask() -> str | None:
    found = nextauth.integrations.flask.current_session
    return found.user.name if found else "stranger"


async def in_quart() -> None:
    assert_type(await nextauth.integrations.quart.current_session(), Session | None)


@nextauth.integrations.django.session_required
def in_django(request: HttpRequest, page: int) -> HttpResponse:
    assert_type(nextauth.integrations.django.current_session(request), Session | None)
    return HttpResponse(page)


in_flask(page=1)
assert_type(in_django(HttpRequest(), page=1), HttpResponse)
