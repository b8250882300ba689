import { createClient } from 'graphql-ws'
import { afterAll, beforeAll, beforeEach, expect, onTestFinished } from 'vitest'
import { WebSocket } from 'ws'
import { startGateway, type TestGateway } from '../harness.ts'
import { startPool, type TestPool } from '../pool.ts'
import { type LiveGraph, startLiveGraph } from './live-graph.ts'
import { openSse, type SseClient } from './sse-client.ts'

type Overrides = Parameters<typeof startGateway>[2]

/** A gateway over the live graph, shared by the tests of a file. */
export interface LiveGateway {
  pool: TestPool
  graph: LiveGraph
  gateway: TestGateway
  /** A stream, closed after the test. */
  open: (request?: Parameters<typeof openSse>[1], options?: Parameters<typeof openSse>[2]) => Promise<SseClient>
  /** A graphql-ws client, disposed after the test. */
  dial: (options?: Partial<Parameters<typeof createClient>[0]>) => ReturnType<typeof createClient>
  /** A separate gateway over the same subgraphs. */
  another: (overrides: Overrides) => Promise<TestGateway>
  /** Everything that is open. */
  everything: () => object
}

/** The subscription of most tests, and its event. */
export const seats = 'subscription { seats(performanceId: "p1") { free } }'
export const freeOf = (free: number) => ({ name: 'next', json: { data: { seats: { free } } } })

/** The counts without subscribers. */
export const nothing = { streams: 0, sockets: 0, responses: 0, upstream: 0, watchers: 0 }

/** Limits that only tests of limits reach. */
export const wide = {
  total: 1_000,
  perUser: 100,
  perAddress: 1_000,
  resumeMs: 2_000,
  silenceMs: 30_000,
  heartbeatMs: 10_000,
}

/** Starts before the tests of the calling file, and stops after them. */
export function withLiveGateway(): LiveGateway {
  const live = {} as LiveGateway
  beforeAll(async () => {
    const pool = await startPool()
    const graph = await startLiveGraph()
    Object.assign(live, { pool, graph, gateway: await startGateway([graph.booking, graph.partner], pool) })
  })
  afterAll(async () => {
    await live.gateway.close()
    live.graph.close()
    live.pool.close()
  })
  beforeEach(() => live.graph.free.set(10))
  return Object.assign(live, {
    open: async (...[request = seats, options]: Parameters<LiveGateway['open']>) => {
      const client = await openSse(live.gateway.url, request, options)
      onTestFinished(() => client.close())
      return client
    },
    dial: (options: Parameters<LiveGateway['dial']>[0] = {}) => {
      const client = createClient({
        url: socketUrl(live.gateway),
        webSocketImpl: WebSocket,
        retryAttempts: 0,
        ...options,
      })
      onTestFinished(() => void client.dispose())
      return client
    },
    another: async (overrides: Overrides) => {
      const own = await startGateway([live.graph.booking, live.graph.partner], live.pool, overrides)
      onTestFinished(own.close)
      return own
    },
    everything: () => ({
      ...live.gateway.gateway.subscriptionCounts(),
      upstream: live.graph.booking.open(),
      watchers: live.graph.free.watchers(),
    }),
  })
}

/** The WebSocket address of a gateway. */
export function socketUrl({ url }: Pick<TestGateway, 'url'>): string {
  return `${url.replace('http', 'ws')}/graphql`
}

/** Waits until two counts, a while apart, are equal. */
export async function untilStill(count: () => number): Promise<void> {
  let known = -1
  const isStill = (): boolean => {
    const before = known
    known = count()
    return known === before
  }
  await expect.poll(isStill, { interval: 300, timeout: 10_000 }).toBe(true)
}
