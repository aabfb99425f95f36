"""Owns what Redis does with factors and pending states in one step: small Lua scripts.

What is kept, all values text, under keys of one hash tag (one slot of a cluster):

- ``factor:ID`` is a hash of an enrolment's fields, of which ``user`` is USER and ``owner`` says
  who that is
- ``digests:ID`` is a set of what of it may be used once each
- ``factors:USER`` is a sorted set of IDs, by when they expire; a confirmed one is at infinity
- ``pending:KEY`` is ``UNTIL RECORD``

A confirmed enrolment stays until it is removed: only the others are given an expiry of Redis's.
All scripts bear being run twice: then the second finds it done, and nobody is let in.
"""

from __future__ import annotations

from nextauth.stores.backends.redis.scripts import Script
from nextauth.stores.factors import MOST_ENROLMENTS

__all__ = [
    "ADVANCE",
    "CLAIM",
    "CONFIRM",
    "ENROL",
    "ENROLMENTS",
    "FIND",
    "NOTE_USE",
    "REDEEM",
    "REMOVE",
    "REMOVE_ALL",
    "RENAME",
    "REPLACE_DATA",
    "SPEND",
]

# ARGV of all: 1 the keys' prefix, 2 now, 3 milliseconds after which what is over may go; then the
# user's name, and the enrolment's where there is one. KEYS: the set of the user's enrolments, the
# enrolment, its digests.
_FACTORS = """
local prefix, now, grace = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local user, id = ARGV[4], ARGV[5]
local confirmed = '+inf'

local function field(id, name)
  return redis.call('HGET', prefix .. 'factor:' .. id, name)
end

local function is_live(id)
  local expires = field(id, 'expires')
  return expires and (expires == '' or tonumber(expires) > now)
end

local function is_theirs(id)
  return is_live(id) and field(id, 'user') == user
end

local function lasts(key, expires)
  if expires == '' then
    redis.call('PERSIST', key)
  else
    redis.call('PEXPIRE', key, math.ceil(math.max(expires - now, 0) * 1000) + grace)
  end
end

-- Clear a user's set of what is over, and let it last as long as the last in it.
local function settle(user)
  local listed = prefix .. 'factors:' .. user
  redis.call('ZREMRANGEBYSCORE', listed, '-inf', now)
  if redis.call('ZCOUNT', listed, confirmed, confirmed) > 0 then
    redis.call('PERSIST', listed)
  else
    local last = redis.call('ZRANGE', listed, -1, -1, 'WITHSCORES')
    if last[2] then
      lasts(listed, last[2])
    end
  end
end

local function forget(id)
  local owner = field(id, 'user')
  if owner then
    redis.call('DEL', prefix .. 'factor:' .. id, prefix .. 'digests:' .. id)
    redis.call('ZREM', prefix .. 'factors:' .. owner, id)
    settle(owner)
  end
end
"""

ENROLMENTS = Script(
    "enrolments",
    f"""{_FACTORS}
local found = {{}}
for _, id in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do
  if is_theirs(id) then
    table.insert(found, {{
      redis.call('HGETALL', prefix .. 'factor:' .. id),
      redis.call('SMEMBERS', prefix .. 'digests:' .. id),
    }})
  end
end
return found
""",
)

# Without the user's set of enrolments among its KEYS, since it is asked whose it is.
FIND = Script(
    "find",
    f"""{_FACTORS}
if field(id, 'expires') ~= '' then
  return false
end
return {{redis.call('HGETALL', KEYS[1]), redis.call('SMEMBERS', KEYS[2])}}
""",
)

# ARGV further on: when it expires, how many fields and their names and values, the digests.
ENROL = Script(
    "enrol",
    f"""{_FACTORS}
if is_live(id) then
  return 0
end
forget(id)
if redis.call('ZCOUNT', KEYS[1], '(' .. ARGV[2], confirmed) >= {MOST_ENROLMENTS} then
  return 0
end
local expires, digests = ARGV[6], 8 + 2 * ARGV[7]
redis.call('HSET', KEYS[2], 'user', user, 'expires', expires, unpack(ARGV, 8, digests - 1))
lasts(KEYS[2], expires)
for each = digests, #ARGV do
  redis.call('SADD', KEYS[3], ARGV[each])
end
lasts(KEYS[3], expires)
redis.call('ZADD', KEYS[1], expires == '' and confirmed or expires, id)
settle(user)
return 1
""",
)

CONFIRM = Script(
    "confirm",
    f"""{_FACTORS}
local counter = ARGV[6]
if not is_theirs(id) or field(id, 'expires') == '' then
  return 0
end
if tonumber(counter) <= tonumber(field(id, 'counter')) then
  return 0
end
redis.call('HSET', KEYS[2], 'expires', '', 'counter', counter)
lasts(KEYS[2], '')
lasts(KEYS[3], '')
redis.call('ZADD', KEYS[1], confirmed, id)
settle(user)
return 1
""",
)

ADVANCE = Script(
    "advance",
    f"""{_FACTORS}
local counter, used = ARGV[6], ARGV[7]
if not is_theirs(id) or field(id, 'expires') ~= '' then
  return 0
end
if tonumber(counter) <= tonumber(field(id, 'counter')) then
  return 0
end
redis.call('HSET', KEYS[2], 'counter', counter, 'used', used)
return 1
""",
)

NOTE_USE = Script(
    "note_use",
    f"""{_FACTORS}
if not is_theirs(id) or field(id, 'expires') ~= '' then
  return 0
end
redis.call('HSET', KEYS[2], 'used', ARGV[6])
return 1
""",
)

SPEND = Script(
    "spend",
    f"""{_FACTORS}
local digest, used = ARGV[6], ARGV[7]
if not is_theirs(id) or field(id, 'expires') ~= '' then
  return -1
end
if redis.call('SREM', KEYS[3], digest) == 0 then
  return -1
end
redis.call('HSET', KEYS[2], 'used', used)
return redis.call('SCARD', KEYS[3])
""",
)

# The data is kept as ASCII: what differs in a case, a blank or a NUL differs here, too.
REPLACE_DATA = Script(
    "replace_data",
    f"""{_FACTORS}
local expected, data = ARGV[6], ARGV[7]
if not is_theirs(id) or field(id, 'data') ~= expected then
  return 0
end
redis.call('HSET', KEYS[2], 'data', data)
return 1
""",
)

RENAME = Script(
    "rename",
    f"""{_FACTORS}
if not is_theirs(id) then
  return 0
end
redis.call('HSET', KEYS[2], 'name', ARGV[6])
return 1
""",
)

REMOVE = Script(
    "remove",
    f"""{_FACTORS}
if not is_theirs(id) then
  return 0
end
forget(id)
return 1
""",
)

REMOVE_ALL = Script(
    "remove_all",
    f"""{_FACTORS}
local count = 0
for _, each in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do
  if is_theirs(each) then
    forget(each)
    count = count + 1
  end
end
return count
""",
)

# ARGV further on: until when, and the milliseconds until it may go. Run twice, the second time says
# that it was used: then nobody is let in.
CLAIM = Script(
    "claim",
    """
local kept = redis.call('GET', KEYS[1])
if kept and tonumber(string.match(kept, '^(%S+) ')) > tonumber(ARGV[2]) then
  return 0
end
redis.call('SET', KEYS[1], ARGV[4] .. ' ""', 'PX', ARGV[5])
return 1
""",
)

REDEEM = Script(
    "redeem",
    """
local kept = redis.call('GET', KEYS[1])
redis.call('DEL', KEYS[1])
return kept
""",
)
