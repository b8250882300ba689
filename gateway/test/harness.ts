import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { serverTimeouts } from '@tikitu/kit/base/http'
import { createLog } from '@tikitu/kit/base/log'
import { composeGraph } from '@tikitu/schema/compose'
import { createAuthenticator } from '../src/auth/authenticate.ts'
import { issuersOf, jwksUrlOf } from '../src/auth/cognito.ts'
import { createKeyCache, fetchKeySet } from '../src/auth/jwks-cache.ts'
import { verifyToken } from '../src/auth/verify-token.ts'
import { tikitu } from '../src/graph-traits.ts'
import { createGateway, type Gateway, type GatewayOptions } from '../src/server.ts'
import type { TestPool } from './pool.ts'
import type { TestSubgraph } from './subgraphs.ts'

/** The beginning of every test subgraph's schema. */
export const common = readFileSync(new URL('../../schema/common.graphql', import.meta.url), 'utf8')

/** A listening gateway. */
export interface TestGateway {
  url: string
  gateway: Gateway
  server: Server
  supergraphFile: string
  /** Runs an operation. Resolves to its status, headers and JSON. */
  run: (
    query: string,
    options?: RunOptions,
  ) => Promise<{ status: number; headers: Headers; body: GraphQLBody; text: string }>
  close: () => Promise<void>
}

interface RunOptions {
  token?: string | undefined
  variables?: object
  headers?: Record<string, string>
}

// biome-ignore lint/suspicious/noExplicitAny: tests read what they expect to be there
type Json = any

interface GraphQLBody {
  data?: Json
  errors?: { message: string; path?: (string | number)[]; extensions: Record<string, Json> }[]
}

/** Starts a gateway over these subgraphs, on a free port, with its own supergraph file. */
export async function startGateway(
  subgraphs: readonly TestSubgraph[],
  pool: TestPool,
  overrides: Partial<GatewayOptions> = {},
): Promise<TestGateway> {
  const supergraphFile = join(mkdtempSync(join(tmpdir(), 'tikitu-gateway-')), 'supergraph.graphql')
  writeSupergraph(supergraphFile, subgraphs)
  const gateway = await createGateway({ ...optionsFor(subgraphs, pool, supergraphFile), ...overrides })
  const server = createServer(serverTimeouts, gateway.handle)
  server.on('upgrade', gateway.upgrade)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const close = async (): Promise<void> => {
    server.close()
    server.closeAllConnections()
    await gateway.close()
  }
  return { url, gateway, server, supergraphFile, close, run: (query, options) => run(`${url}/graphql`, query, options) }
}

/** Composes the subgraphs into the file, with the tests' error codes beside it. */
export function writeSupergraph(file: string, subgraphs: readonly TestSubgraph[]): void {
  const parts = subgraphs.map(({ name, sdl, url }) => ({ name, sdl, url: `${url}/graphql` }))
  writeFileSync(file.replace('supergraph.graphql', 'error-codes.json'), JSON.stringify(['SEATS_TAKEN', 'NOT_FOUND']))
  writeFileSync(file, composeGraph(parts).supergraphSdl)
}

/** Options with limits that only tests of limits reach. */
function optionsFor(subgraphs: readonly TestSubgraph[], pool: TestPool, supergraphFile: string): GatewayOptions {
  const keys = createKeyCache({
    fetchKeys: () => fetchKeySet(jwksUrlOf(poolOf(pool))),
    now: Date.now,
    onFailure: () => undefined,
  })
  const rules = { keys, issuers: issuersOf(poolOf(pool)), clientIds: [pool.clientId] }
  return {
    supergraphFile,
    ...tikitu,
    restEndpoints: [],
    rights: null,
    executor: 'compiled',
    accessOf: (name) => {
      const subgraph = subgraphs.find((candidate) => candidate.name === name)
      if (!subgraph) throw new Error(`there are no keys for ${name}`)
      return { url: subgraph.url, keys: subgraph.keys }
    },
    authenticate: createAuthenticator({
      verify: (token, now) => verifyToken(token, rules, now),
      now: Date.now,
      onRefusal: () => undefined,
    }),
    policies: {},
    connections: 8,
    timeoutMs: 2_000,
    maxAnswerBytes: 1_000_000,
    maxBodyBytes: 100_000,
    limits: { tokens: 2_000, depth: 16, height: 500, aliases: 10, rootFields: 5, directives: 10, recursion: 50 },
    costs: { listSize: 10, budgets: { anonymous: 1e9, user: 1e9, staff: 1e9 }, isReported: false },
    retries: true,
    breakMs: 5_000,
    isDeduplicating: true,
    maxCacheBytes: 1_000_000,
    bodyTimeoutMs: 5_000,
    concurrency: { total: 1_000, perAddress: 1_000 },
    streams: { total: 1_000, perUser: 100, perAddress: 1_000, resumeMs: 2_000, silenceMs: 30_000, heartbeatMs: 10_000 },
    rates: null,
    proxies: 0,
    persisted: { mode: 'off', file: null, isRequired: false },
    automaticPersisted: true,
    corsOrigins: ['https://tickets.example'],
    corsLocal: false,
    exposePlans: false,
    introspection: true,
    explorers: false,
    demoAccounts: [],
    explorerTabs: [],
    log: createLog('gateway', 'silent'),
  }
}

function poolOf(pool: TestPool) {
  return { region: 'local', poolId: pool.poolId, clientIds: [pool.clientId], endpoint: pool.endpoint }
}

async function run(url: string, query: string, { token, variables, headers = {} }: RunOptions = {}) {
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...headers,
    },
    body: JSON.stringify({ query, variables }),
  })
  const text = await response.text()
  return { status: response.status, headers: response.headers, body: JSON.parse(text) as GraphQLBody, text }
}
