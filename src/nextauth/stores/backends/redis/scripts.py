"""Owns what Redis does in one step: small Lua scripts. Those of factors have a file of their own.

Times come as text and are counted as doubles, as Python does. What a key holds is judged by the
`now` that is given. Redis's own expiry only clears away, some time later.

What is kept, all values text, under keys of one hash tag (one slot of a cluster):

- ``ended:SID`` is until when a session is over
- ``epoch:USER`` is ``EPOCH UNTIL``
- ``session:SID`` is ``USER BEGAN EXPIRES SEEN DETAILS``
- ``sessions:USER`` is a sorted set of SIDs, by when they expire
- ``tries:KEY`` is one time a limit, at which all that was taken is given back
- ``link:KEY`` is ``UNTIL KEY``
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

__all__ = ["BEGIN", "END", "END_ALL", "GIVE_BACK", "TAKE", "TOUCH", "Script"]


@dataclass(frozen=True, slots=True)
class Script:
    """A script, and the name by which Redis knows it once it has run.

    Args:
        operation: The method that runs it.
        text: The script, in Lua 5.1.
        may_repeat: Whether nothing is lost when it runs twice.
    """

    operation: str
    text: str
    may_repeat: bool = True
    sha: str = field(init=False)

    def __post_init__(self) -> None:
        name = hashlib.sha1(self.text.encode(), usedforsecurity=False).hexdigest()
        object.__setattr__(self, "sha", name)


# ARGV of all: 1 the keys' prefix, 2 now, 3 milliseconds after which the key may go.
_SESSIONS = """
local prefix, now, lasts = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])

local function forget(sid)
  local known = redis.call('GET', prefix .. 'session:' .. sid)
  if known then
    redis.call('ZREM', prefix .. 'sessions:' .. string.match(known, '^%S+'), sid)
    redis.call('DEL', prefix .. 'session:' .. sid)
  end
end

local function keep(sid, value, user, expires)
  local of_user = prefix .. 'sessions:' .. user
  redis.call('SET', prefix .. 'session:' .. sid, value, 'PX', lasts)
  redis.call('ZADD', of_user, expires, sid)
  redis.call('ZREMRANGEBYSCORE', of_user, '-inf', now)
  if redis.call('PTTL', of_user) < lasts then
    redis.call('PEXPIRE', of_user, lasts)
  end
end
"""

BEGIN = Script(
    "begin",
    f"""{_SESSIONS}
local sid, user, began, expires, rest = unpack(ARGV, 4)
local over = redis.call('GET', KEYS[2])
if over and tonumber(over) > now then
  return 0
end
forget(sid)
keep(sid, user .. ' ' .. began .. ' ' .. expires .. ' ' .. rest, user, expires)
return 1
""",
)

TOUCH = Script(
    "touch",
    f"""{_SESSIONS}
local sid, expires, rest = unpack(ARGV, 4)
local known = redis.call('GET', KEYS[1])
if not known then
  return 0
end
local user, began, over = string.match(known, '^(%S+) (%S+) (%S+) ')
if tonumber(over) <= now then
  return 0
end
keep(sid, user .. ' ' .. began .. ' ' .. expires .. ' ' .. rest, user, expires)
return 1
""",
)

END = Script(
    "end",
    f"""{_SESSIONS}
local sid, over = unpack(ARGV, 4)
local known = redis.call('GET', KEYS[2])
forget(sid)
if not known or tonumber(known) < tonumber(over) then
  redis.call('SET', KEYS[2], over, 'PX', lasts)
end
return 1
""",
)

END_ALL = Script(
    "end_all",
    f"""{_SESSIONS}
local user, over = unpack(ARGV, 4)
local epoch = 0
local known = redis.call('GET', KEYS[1])
if known then
  local last, its_end = string.match(known, '^(%S+) (%S+)$')
  epoch = tonumber(last)
  if tonumber(its_end) > tonumber(over) then
    over = its_end
    lasts = math.max(lasts, redis.call('PTTL', KEYS[1]))
  end
end
epoch = string.format('%.0f', math.max(epoch + 1, math.floor(now)))
redis.call('SET', KEYS[1], epoch .. ' ' .. over, 'PX', lasts)
for _, sid in ipairs(redis.call('ZRANGE', KEYS[2], 0, -1)) do
  redis.call('DEL', prefix .. 'session:' .. sid)
end
redis.call('DEL', KEYS[2])
return epoch
""",
)

# ARGV further on, for each bucket: whether it follows its link, how many limits, and of each limit
# how many tries, and seconds. KEYS: for each bucket what is counted, and its link.
_LIMITS = """
local prefix, now, lasts = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local rounding = 1e-3
local counted = {} -- a key that is met twice is in it twice, and twice the same is written

local function count(key, index, limits)
  local times, each = {}, 0
  for time in string.gmatch(redis.call('GET', key) or '', '%S+') do
    each = each + 1
    times[each] = tonumber(time)
  end
  for each = each + 1, #limits do -- none was counted yet, or the policy has grown
    times[each] = 0
  end
  table.insert(counted, {key = key, index = index, limits = limits, times = times})
end

local at = 4
for index = 0, #KEYS / 2 - 1 do
  local follows, limits = ARGV[at] == '1', {}
  for each = 1, tonumber(ARGV[at + 1]) do
    limits[each] = {tries = tonumber(ARGV[at + 2 * each]), per = tonumber(ARGV[at + 2 * each + 1])}
  end
  at = at + 2 + 2 * #limits
  count(KEYS[2 * index + 1], index, limits)
  local link = follows and redis.call('GET', KEYS[2 * index + 2])
  if link then
    local over, target = string.match(link, '^(%S+) (.*)$')
    if tonumber(over) > now then
      count(prefix .. 'tries:' .. target, index, limits)
    end
  end
end

local function keep(key, times)
  local last, written = now, {}
  for each, time in ipairs(times) do
    last = math.max(last, time)
    written[each] = string.format('%.17g', time)
  end
  if last > now then
    redis.call('SET', key, table.concat(written, ' '), 'PX', math.ceil((last - now) * 1000) + lasts)
  else
    redis.call('DEL', key)
  end
end
"""

TAKE = Script(
    "take",
    f"""{_LIMITS}
local longest, by = 0, -1
for _, one in ipairs(counted) do
  local times = {{}}
  for each, limit in ipairs(one.limits) do
    times[each] = math.max(one.times[each], now) + limit.per / limit.tries
    local wait = times[each] - limit.per - now
    if wait > math.max(longest, rounding) then
      longest, by = wait, one.index
    end
  end
  one.times = times
end
if by < 0 then
  for _, one in ipairs(counted) do
    keep(one.key, one.times)
  end
end
return {{string.format('%.17g', longest), by}}
""",
)

# Done twice it would give a try away, where `take` done twice costs one.
GIVE_BACK = Script(
    "give_back",
    f"""{_LIMITS}
for _, one in ipairs(counted) do
  local times = {{}}
  for each, limit in ipairs(one.limits) do
    times[each] = one.times[each] - limit.per / limit.tries
  end
  keep(one.key, times)
end
return 1
""",
    may_repeat=False,
)
