import { type Answered, checkResponse } from './check-response.ts'
import type { Callers } from './endpoint-matrix.ts'
import { addressOf, type DocumentedEndpoint, documentedEndpoints, sampleOf } from './sample-value.ts'

/** Requests that would end the callers' sessions or change the platform for the requests after them. */
const spared = new Set(['signOutEverywhere', 'changePassword', 'setConfig', 'setFeatureFlag'])

/** Statuses of malformed requests, which the document does not list for each endpoint. */
const ofTransport = new Set([404, 405, 413, 414, 415, 431])

/** A source of numbers between 0 and 1 that depends on the seed only (mulberry32). */
function createChance(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/**
 * Sends requests that are built from the document and then broken. Gives those that were answered with a 5xx or not as documented, and
 * how many were answered with each status.
 */
export async function fuzz(
  baseUrl: string,
  callers: Callers,
  { seed, count }: { seed: number; count: number },
): Promise<{ failures: string[]; statuses: Map<number, number> }> {
  const chance = createChance(seed)
  const pick = <T>(items: readonly T[]): T => items[Math.floor(chance() * items.length)] as T
  const endpoints = documentedEndpoints().filter(({ operationId }) => !spared.has(operationId))
  const failures: string[] = []
  const statuses = new Map<number, number>()
  let sent = 0
  const work = async (): Promise<void> => {
    while (sent++ < count) {
      const endpoint = pick(endpoints)
      const token = pick([undefined, callers.fan, callers.partner, callers.admin])
      const { url, init } = brokenRequest(endpoint, { pick, chance })
      const headers = { ...init.headers, ...(token && { authorization: `Bearer ${token}` }) }
      const response = await fetch(baseUrl + url, { ...init, headers })
      statuses.set(response.status, (statuses.get(response.status) ?? 0) + 1)
      const problem = await problemOf({ method: endpoint.method, path: endpoint.path, response })
      if (problem) failures.push(`${init.method} ${url} ${String(init.body ?? '').slice(0, 300)}\n  ${problem}`)
    }
  }
  await Promise.all(Array.from({ length: 8 }, work))
  return { failures, statuses }
}

async function problemOf(answered: Answered): Promise<string | null> {
  const { status } = answered.response
  if (status >= 500) return `${status} ${await answered.response.text()}`
  if (ofTransport.has(status)) return null
  return await checkResponse(answered).then(
    () => null,
    (error: Error) => error.message,
  )
}

interface Random {
  pick: <T>(items: readonly T[]) => T
  chance: () => number
}

const strange: readonly unknown[] = [
  null,
  true,
  -1,
  1.5,
  1e308,
  2 ** 60,
  '',
  'x'.repeat(3_000),
  '\u0000',
  '\ud800',
  '💺',
  '2027-02-30T25:00:00Z',
  "'; drop table seats; --",
  [],
  [[]],
  {},
  { __proto__: 1, constructor: 2 },
  Array.from({ length: 200 }, () => 'x'),
]

const strangeIds = ['1', 'bkg_1', '%', 'a b', '🎭', 'x'.repeat(2_000), '\u0000', 'bkg_01j00000000000000000000000']

function brokenRequest(endpoint: DocumentedEndpoint, random: Random) {
  const { pick, chance } = random
  const address = addressOf(endpoint, () => pick(strangeIds))
  const query = brokenQuery(endpoint, random)
  const url = query.size > 0 ? `${address}${address.includes('?') ? '&' : '?'}${query}` : address
  const { method } = endpoint
  if (!endpoint.body) return { url, init: { method, headers: {} } }
  const key = chance() < 0.2 ? { 'idempotency-key': pick(['k', 'x'.repeat(500)]) } : {}
  const headers = { 'content-type': chance() < 0.9 ? 'application/json' : 'text/plain', ...key }
  return { url, init: { method, headers, body: brokenBody(endpoint.body as Body, random) } }
}

function brokenQuery({ parameters }: DocumentedEndpoint, { pick, chance }: Random): URLSearchParams {
  const query = new URLSearchParams()
  for (const { name } of parameters.filter((one) => one.in === 'query' && chance() < 0.4))
    query.append(chance() < 0.2 ? `${name}[from]` : name, textOf(pick(strange)))
  if (chance() < 0.1) query.append(pick(['colour', 'first', '__proto__', 'limit[]']), '1')
  return query
}

type Body = { properties: Record<string, never> } & Record<string, never>

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/** A valid body of which some fields are missing, unknown or have other values. */
function brokenBody(schema: Body, { pick, chance }: Random): string {
  if (chance() < 0.05) return pick(['', '{', '[]', 'null', '"x"', '{"a":'.repeat(2_000)])
  const names = Object.keys(schema.properties).filter(() => chance() < 0.5)
  const optional = Object.fromEntries(names.map((name) => [name, sampleOf(schema.properties[name] ?? ({} as never))]))
  const body = { ...(sampleOf(schema) as object), ...optional } as Record<string, unknown>
  const name = pick([...Object.keys(body), 'colour'])
  const fate = chance()
  if (fate < 0.2) delete body[name]
  else if (fate < 0.7) body[name] = pick(strange)
  else if (fate < 0.9 && Array.isArray(body[name])) body[name] = [pick(strange), pick(strange)]
  return JSON.stringify(body)
}
