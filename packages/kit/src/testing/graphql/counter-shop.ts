import { once } from 'node:events'
import { type IncomingMessage, request, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, expect, vi } from 'vitest'
import { signRequest } from '../../auth/request-signatures.ts'
import { generateServiceKeys } from '../../auth/signing-keys.ts'
import { anonymous, type Viewer } from '../../auth/viewer.ts'
import { NotFound } from '../../base/errors.ts'
import { createLog } from '../../base/log.ts'
import { buildSchema } from '../../graphql/schema.ts'
import { createPool } from '../../postgres/database.ts'
import { createSubgraph, type Subgraph } from '../../service/create-subgraph.ts'
import { type ChangeSignal, createChangeSignal } from '../../subscriptions/change-signal.ts'
import { streamChanges } from '../../subscriptions/change-stream.ts'
import { useDatabase } from '../database/database.ts'
import { testCtx } from './context.ts'
import { testRequestKey } from './subgraph.ts'

/** A subgraph whose one subscription counts. */
export const sdl = /* GraphQL */ `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@authenticated", "@composeDirective"])
    @link(url: "https://tikitu.dev/access/v1.0", import: ["@public"]) @composeDirective(name: "@public")
  directive @public on FIELD_DEFINITION
  type Query { open: String @public }
  type Count { value: Int! secret: String @authenticated padding: String! }
  type Subscription { counted(step: Int, name: String): Count @public mine: Count @authenticated }
`

/** The thing that is watched, who watches it, and how often it was read. */
export const counter = {
  value: 0,
  padding: '',
  reads: 0,
  ctxs: 0,
  watches: new Set<ChangeSignal>(),
  mode: 'well' as Mode,
  gate: null as Gate | null,
}
/** Where a subscription waits before it begins. */
interface Gate {
  pass: () => Promise<void>
}

type Mode = 'well' | 'withdrawn' | 'unreadable' | 'busy' | 'broken' | 'over'

/** Increments the counter and notifies subscribers. */
export function count(): void {
  counter.value += 1
  for (const wake of counter.watches) wake.set()
}

function watchCounter() {
  const wake = createChangeSignal(() => counter.watches.delete(wake))
  counter.watches.add(wake)
  return streamChanges(wake, async () => {
    counter.reads += 1
    if (counter.mode === 'unreadable') throw new Error('secret at db.internal:5432')
    if (counter.mode === 'over') wake.close()
    return counter
  })
}

async function showCounter() {
  if (counter.mode === 'withdrawn') throw new NotFound('counter', '1')
  if (counter.mode === 'broken') throw new Error('secret at db.internal:5432')
  if (counter.mode === 'busy') await busyPool.query('select pg_sleep(1)')
  const { value, padding } = counter
  return { value, padding, secret: 'for members' }
}

export const field = { subscribe: watchCounter, resolve: showCounter }
const refusing = async (_parent: unknown, { step }: { step?: number }) => {
  await counter.gate?.pass()
  if (step === 0) throw new NotFound('step', '0')
  return watchCounter()
}
export const resolvers = {
  Query: { open: () => 'open' },
  Subscription: { counted: { ...field, subscribe: refusing }, mine: field },
}

const database = useDatabase(fileURLToPath(new URL('../database/migrations', import.meta.url)))
const key = testRequestKey()
const log = createLog('shop', 'silent')
let busyPool: ReturnType<typeof createPool>
/** The shop of the calling test file. */
export let shop: Shop

export interface Shop {
  subgraph: Subgraph<ReturnType<typeof testCtx>>
  server: Server
  url: string
  /** Resolves when no connection is left. */
  closed: () => Promise<void>
  close: () => Promise<void>
}

/** A process of its own. */
export async function openShop(maxStreams?: number): Promise<Shop> {
  const subgraph = await createSubgraph({
    name: 'shop',
    schema: buildSchema(sdl, resolvers),
    createCtx: (caller) => {
      counter.ctxs += 1
      return testCtx(database, caller)
    },
    requestKeys: [key],
    jwks: (await generateServiceKeys('shop')).jwks,
    log,
    receive: async () => ({ status: 204, message: '' }),
    checkReady: async () => undefined,
    maxStreams,
  })
  const server = subgraph.createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const close = async () => {
    server.closeAllConnections()
    server.close()
    await subgraph.close()
  }
  const connections = () => new Promise((resolve) => server.getConnections((_error, count) => resolve(count)))
  const closed = async () => void (await expect.poll(connections).toBe(0))
  return { subgraph, server, closed, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`, close }
}

/** A subgraph for the calling test file; after each test nothing of it may be left. */
export function useShop(): void {
  beforeAll(async () => {
    shop = await openShop()
    busyPool = createPool(database.url, { name: 'busy', statementTimeoutMs: 1 })
  })
  afterEach(async () => {
    vi.useRealTimers()
    for (const response of responses.splice(0)) response.destroy()
    counter.mode = 'well'
    counter.padding = ''
    counter.gate = null
    await expect.poll(() => shop.subgraph.live.count()).toBe(0)
    expect(counter.watches.size).toBe(0)
  })
  afterAll(async () => {
    await shop.close()
    await busyPool.end()
  })
}

const responses: IncomingMessage[] = []

/** Asks for a stream; the answer has its headers, and nothing of its body was read. */
export async function open(
  body: object,
  { viewer = anonymous, at = shop, signal }: { viewer?: Viewer; at?: Shop; signal?: AbortSignal } = {},
) {
  const text = JSON.stringify(body)
  const signed = signRequest({ method: 'POST', path: '/graphql', body: text }, viewer, { key, now: new Date() })
  const headers = { 'content-type': 'application/json', accept: 'text/event-stream', ...signed }
  const asked = request(at.url, { method: 'POST', headers, signal, agent: false })
  asked.on('error', () => undefined)
  asked.end(text)
  const [response] = (await once(asked, 'response')) as [IncomingMessage]
  response.on('error', () => undefined)
  responses.push(response)
  return response
}

export async function readAll(response: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of response) text += chunk
  return text
}

/** The events of a stream, one by one: what follows `data:`, or the name of an event that has none. */
export async function* eventsOf(response: IncomingMessage): AsyncGenerator<unknown> {
  let text = ''
  for await (const chunk of response) {
    text += chunk
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const [, name, data] = /^event: (\w+)\ndata: (.*)$/s.exec(text.slice(0, end)) ?? []
      text = text.slice(end + 2)
      if (name) yield data ? JSON.parse(data) : name
    }
  }
}

/** Asks for the count. */
export const counted = { query: 'subscription { counted { value } }' }
/** What shows that count. */
export const showing = (value: number) => ({ done: false, value: { data: { counted: { value } } } })
