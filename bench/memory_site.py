"""The demo's pages on FastAPI, without `nextauth`: what the demo's memory is measured beside."""

from __future__ import annotations

import secrets
import sqlite3
import sys
from contextlib import closing
from html import escape

import uvicorn
from fastapi import FastAPI
from fastapi.responses import HTMLResponse

app = FastAPI(title="the same site without nextauth")


def page_of(heading: str, body: str) -> str:
    return f"<!doctype html><html lang='en'><title>demo</title><h1>{escape(heading)}</h1>{body}"


@app.get("/", response_class=HTMLResponse)
async def home() -> str:
    return page_of("Welcome", '<p><a href="/private">The page</a></p>')


@app.get("/private", response_class=HTMLResponse)
def private() -> str:
    with closing(sqlite3.connect(sys.argv[2])) as connection:
        row = connection.execute("SELECT name, email FROM users").fetchone()
    return page_of(row[0], f"<p>{escape(row[1])} {secrets.token_hex(4)}</p>")


if __name__ == "__main__":
    uvicorn.run(app, host="localhost", port=int(sys.argv[1]), log_level="warning")
