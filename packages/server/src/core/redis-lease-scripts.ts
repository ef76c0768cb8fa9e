// What happens in Redis at once. All keys have one hash tag, so that they are in one slot of a cluster.
import type { Redis } from 'ioredis';

export const NODES_KEY = 'parley:{leases}:nodes';

/**
 * `nodes` has each node with the time at which its lease ends; `held:<space>:<node>` is what it holds; `reaped:<node>`
 * says that others have taken it for dead; `since` is when all of this began, or when something of it was last lost.
 */
const COMMON = `
local base = 'parley:{leases}:'
local nodes = KEYS[1]
local node = ARGV[1]
local function heldBy(space, who) return base .. 'held:' .. space .. ':' .. who end
local function now()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end
local function age() return math.max(0, now() - (redis.call('GET', base .. 'since') or now())) end
local function elsewhere(space, key)
  for _, other in ipairs(redis.call('ZRANGE', nodes, 0, -1)) do
    if other ~= node and redis.call('SISMEMBER', heldBy(space, other), key) == 1 then return 1 end
  end
  return 0
end
local STEP = 1000
local function each(list, first, call)
  for begin = first, #list, STEP do
    call(unpack(list, begin, math.min(begin + STEP - 1, #list)))
  end
end
`;

/** @param ARGV node, length of the lease, 1 where the node was away from Redis. Renews it. */
const BEAT = `
local since = redis.call('GET', base .. 'since')
-- Redis's clock may have gone back.
if ARGV[3] == '1' or not since or tonumber(since) > now() then redis.call('SET', base .. 'since', now()) end
local reaped = redis.call('DEL', base .. 'reaped:' .. node)
local known = redis.call('ZSCORE', nodes, node)
redis.call('ZADD', nodes, now() + ARGV[2], node)
if reaped == 1 then return 'reaped' end
return known and 'kept' or 'gone'
`;

/** @param ARGV node, space, key. 1 for the first, 0 for another, -1 where the node has no lease. */
const ENTER = `
if not redis.call('ZSCORE', nodes, node) then return -1 end
redis.call('SADD', heldBy(ARGV[2], node), ARGV[3])
return 1 - elsewhere(ARGV[2], ARGV[3])
`;

/**
 * @param ARGV node, space, key, and how long after a loss others may need to register again. 1 for the last, 0 for
 * another, -1 where the node has no lease, and below it the time to wait before it can be known.
 */
const LEAVE = `
if not redis.call('ZSCORE', nodes, node) then return -1 end
local left = ARGV[4] - age()
if left > 0 then return -1 - left end
redis.call('SREM', heldBy(ARGV[2], node), ARGV[3])
return 1 - elsewhere(ARGV[2], ARGV[3])
`;

/** @param ARGV node, space, keys. 1 or 0 for each. */
const HELD = `
local found = {}
for index = 3, #ARGV do found[index - 2] = 0 end
for _, other in ipairs(redis.call('ZRANGE', nodes, 0, -1)) do
  local index = 0
  each(ARGV, 3, function(...)
    for _, is in ipairs(redis.call('SMISMEMBER', heldBy(ARGV[2], other), ...)) do
      index = index + 1
      if is == 1 then found[index] = 1 end
    end
  end)
end
return found
`;

/** @param ARGV node, space. */
const ALL = `
local sets = {}
for _, other in ipairs(redis.call('ZRANGE', nodes, 0, -1)) do sets[#sets + 1] = heldBy(ARGV[2], other) end
if #sets == 0 then return {} end
return redis.call('SUNION', unpack(sets))
`;

/**
 * @param ARGV node, how long after a loss others may need to renew their leases, spaces. What one dead node held and
 * nobody else does, now held by this one: its end, a list each. A node that is taken for dead itself takes over nothing.
 */
const REAP = `
if not redis.call('ZSCORE', nodes, node) or age() < tonumber(ARGV[2]) then return {} end
local dead = redis.call('ZRANGEBYSCORE', nodes, '-inf', now(), 'WITHSCORES', 'LIMIT', 0, 1)
if #dead == 0 then return {} end
redis.call('ZREM', nodes, dead[1])
redis.call('SET', base .. 'reaped:' .. dead[1], 1, 'EX', 86400)
local living = redis.call('ZRANGE', nodes, 0, -1)
local result = { dead[2] }
for index = 3, #ARGV do
  local keys = redis.call('SMEMBERS', heldBy(ARGV[index], dead[1]))
  redis.call('DEL', heldBy(ARGV[index], dead[1]))
  for _, other in ipairs(living) do
    local left = {}
    each(keys, 1, function(...)
      local some = { ... }
      for at, is in ipairs(redis.call('SMISMEMBER', heldBy(ARGV[index], other), ...)) do
        if is == 0 then left[#left + 1] = some[at] end
      end
    end)
    keys = left
  end
  each(keys, 1, function(...) redis.call('SADD', heldBy(ARGV[index], node), ...) end)
  result[index - 1] = keys
end
return result
`;

/** @param ARGV node, space, a name for the draft, 1 for its last part, keys. Writes down anew what the node holds. */
const REGISTER = `
-- What a node without a lease holds would stay for ever.
if not redis.call('ZSCORE', nodes, node) then return end
local draft = base .. 'draft:' .. ARGV[3]
each(ARGV, 5, function(...) redis.call('SADD', draft, ...) end)
if ARGV[4] ~= '1' then
  redis.call('EXPIRE', draft, 60)
elseif redis.call('EXISTS', draft) == 1 then
  redis.call('PERSIST', draft)
  redis.call('RENAME', draft, heldBy(ARGV[2], node))
else
  redis.call('DEL', heldBy(ARGV[2], node))
end
`;

/** @param ARGV node, how long the others are to wait before they take over what it holds. */
const DEPART = `redis.call('ZADD', nodes, 'XX', now() + ARGV[2], node)`;

export interface LeaseScripts {
  leaseBeat(
    nodes: string,
    node: string,
    leaseMs: number,
    wasAway: 0 | 1,
  ): Promise<'kept' | 'gone' | 'reaped'>;
  leaseEnter(nodes: string, node: string, space: string, key: string): Promise<number>;
  leaseLeave(
    nodes: string,
    ...rest: [node: string, space: string, key: string, settleMs: number]
  ): Promise<number>;
  leaseHeld(nodes: string, node: string, space: string, ...keys: readonly string[]): Promise<number[]>;
  leaseAll(nodes: string, node: string, space: string): Promise<string[]>;
  leaseReap(
    nodes: string,
    ...rest: [node: string, settleMs: number, ...spaces: string[]]
  ): Promise<[] | [string, ...string[][]]>;
  leaseRegister(
    nodes: string,
    ...rest: [node: string, space: string, draft: string, last: 0 | 1, ...keys: string[]]
  ): Promise<unknown>;
  leaseDepart(nodes: string, node: string, ms: number): Promise<unknown>;
}

const SCRIPTS: Record<keyof LeaseScripts, string> = {
  leaseBeat: BEAT,
  leaseEnter: ENTER,
  leaseLeave: LEAVE,
  leaseHeld: HELD,
  leaseAll: ALL,
  leaseReap: REAP,
  leaseRegister: REGISTER,
  leaseDepart: DEPART,
};

/** The client with the scripts as commands of its own. */
export function withLeaseScripts(client: Redis): LeaseScripts {
  for (const [name, lua] of Object.entries(SCRIPTS)) {
    client.defineCommand(name, { numberOfKeys: 1, lua: COMMON + lua });
  }
  return client as unknown as LeaseScripts;
}
