"""Forks, the end of a program, and greenlets: each is a process of its own."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]

BEGIN = """
import os, sys, threading
from nextauth.events import EventStream, immediate
from tests.unit.events.samples import LONGEST_WAIT, alarms

def say(*words):
    print(*words, flush=True)
"""


def run(program: str, *, begin: str = BEGIN, stderr: str = "") -> list[str]:
    """Run a program, and answer the lines that it prints.

    Args:
        program: Its text.
        begin: What stands before it.
        stderr: What it says there: this, or at least this if it is not empty.
    """
    done = subprocess.run(
        [sys.executable, "-W", "ignore::DeprecationWarning", "-c", begin + program],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        cwd=ROOT,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == "" if not stderr else stderr in done.stderr
    return done.stdout.splitlines()


def test_without_an_event_and_for_immediate_sinks_there_is_no_thread_and_no_loop() -> None:
    program = """
slow = EventStream([lambda event: None])
say(threading.active_count(), "nextauth.background" in sys.modules)
EventStream([immediate(lambda event: None)]).tell(alarms(1)[0])
say(threading.active_count(), "nextauth.background" in sys.modules)
slow.tell(alarms(1)[0])
say(threading.active_count(), "nextauth.background" in sys.modules)
"""
    assert run(program) == ["1 False", "1 False", "2 False"]


def test_a_child_starts_a_thread_of_its_own_and_leaves_the_parents_events_to_the_parent() -> None:
    program = """
gate = threading.Event()
begun = threading.Event()
me = "parent"

def sink(event):
    begun.set()
    assert gate.wait(LONGEST_WAIT)
    say(me, event.action)

stream = EventStream([sink])
first, second = alarms(2)
stream.tell(first)
assert begun.wait(LONGEST_WAIT)
stream.tell(first)
child = os.fork()
if child == 0:
    me = "child"
    assert stream.wait(0)
    gate.set()
    stream.tell(second)
    assert stream.wait(LONGEST_WAIT)
    os._exit(0)
say(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
gate.set()
assert stream.wait(LONGEST_WAIT)
"""
    assert run(program) == ["child 1", "0", "parent 0", "parent 0"]


def test_a_child_does_not_inherit_a_lock_that_a_thread_held_at_the_fork() -> None:
    program = """
from nextauth.events import mailbox
stream = EventStream([lambda event: say(event.action)])
held, done = threading.Event(), threading.Event()

def hold():
    with mailbox._lock:
        held.set()
        done.wait(LONGEST_WAIT)

thread = threading.Thread(target=hold)
thread.start()
assert held.wait(LONGEST_WAIT)
child = os.fork()
if child == 0:
    stream.tell(alarms(1)[0])
    os._exit(0 if stream.wait(LONGEST_WAIT) else 1)
done.set()
thread.join()
say(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""
    assert run(program) == ["0", "0"]


def test_an_async_sink_works_in_a_child_too() -> None:
    program = """
async def sink(event):
    say(event.action)

stream = EventStream([sink])
first, second = alarms(2)
stream.tell(first)
assert stream.wait(LONGEST_WAIT)
child = os.fork()
if child == 0:
    stream.tell(second)
    os._exit(0 if stream.wait(LONGEST_WAIT) else 1)
say(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""
    assert run(program) == ["0", "1", "0"]


@pytest.mark.parametrize("kind", ["def", "async def"])
def test_at_the_end_of_a_program_what_waits_is_delivered(kind: str) -> None:
    program = f"""
{kind} sink(event):
    say(event.action)

stream = EventStream([sink])
for event in alarms(100):
    stream.tell(event)
"""
    assert run(program) == [str(number) for number in range(100)]


def test_what_a_server_leaves_behind_when_it_stops_is_delivered() -> None:
    program = """
import asyncio

async def sink(event):
    await asyncio.sleep(0)
    say(event.action)

async def serve():
    for event in alarms(100):
        stream.tell(event)

stream = EventStream([sink])
asyncio.run(serve())
"""
    assert run(program) == [str(number) for number in range(100)]


@pytest.mark.parametrize("waits", ["threading.Event().wait()", "await asyncio.Event().wait()"])
def test_a_sink_that_hangs_keeps_no_program_from_its_end_and_the_loss_is_told(
    waits: str,
) -> None:
    kind = "async def" if "await" in waits else "def"
    program = f"""
import asyncio, logging
logging.basicConfig()
begun = threading.Event()

{kind} sink(event):
    begun.set()
    {waits}

stream = EventStream([sink])
for event in alarms(3):
    stream.tell(event)
assert begun.wait(LONGEST_WAIT)
say("the end")
"""
    lost = "The program ends, and 3 audit events have not reached their sinks."
    assert run(program, stderr=lost) == ["the end"]


@pytest.mark.parametrize("kind", ["def", "async def"])
def test_under_gevent_the_sink_is_a_greenlet_and_is_told(kind: str) -> None:
    program = f"""
from gevent import monkey
monkey.patch_all()
from nextauth.events import EventStream
from tests.unit.events.samples import LONGEST_WAIT, alarms

{kind} sink(event):
    told.append(event)

told = []
stream = EventStream([sink])
for event in alarms(50):
    stream.tell(event)
assert stream.wait(LONGEST_WAIT)
print(told == alarms(50))
"""
    assert run(program, begin="") == ["True"]  # the patch must come first
