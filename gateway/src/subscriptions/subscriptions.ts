import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import type { ApolloGateway } from '@apollo/gateway'
import type { UserViewer } from '@tikitu/kit/auth/viewer'
import type { AccessDirectory } from '../auth/access-directory.ts'
import type { BufferedRoute } from '../http/buffer-request.ts'
import type { AllowsOrigin } from '../http/origins.ts'
import type { ConcurrencyLimiter } from '../http/shed-load.ts'
import { clientAddress } from '../rates/client-address.ts'
import type { GatewayContext, Send } from '../request/context.ts'
import type { ErrorMask } from '../request/mask-errors.ts'
import { compileEvents, createSubscriptionCheck, type SubscriptionCheckOptions } from './check-subscription.ts'
import type { OpenEvents } from './event-source.ts'
import { refusalResponse } from './refusal-response.ts'
import { withSse } from './sse-route.ts'
import { type OperationCaller, type StartOperation, type StartOptions, startOperation } from './start-operation.ts'
import { createStreams } from './streams.ts'
import { followSchema } from './subscription-schema.ts'
import { createSlots, type SlotLimits } from './subscription-slots.ts'
import { tokenExpiryOf } from './token-expiry.ts'
import { type Caller, createSockets, type SocketsOptions } from './web-sockets.ts'

/** Limits of streams and connections. */
export interface SubscriptionLimits extends SlotLimits {
  /** For how long a stream that breaks at its subgraph is reopened, invisibly to the client. */
  resumeMs: number
  /** A subgraph's stream is reopened after so long without a byte. Subgraphs send a heartbeat every ten seconds. */
  silenceMs: number
  /** The interval of heartbeats to clients, which WebSockets have to answer. */
  heartbeatMs: number
}

export interface SubscriptionsOptions
  extends Omit<SubscriptionCheckOptions, 'load'>,
    Pick<StartOptions, 'executeOnce'> {
  gateway: ApolloGateway
  sendTo: (subgraph: string) => Send
  openTo: (subgraph: string) => OpenEvents
  streams: SubscriptionLimits
  mask: ErrorMask
  /** Resolves persisted operations, and decides which texts may run. */
  resolveOperation: StartOptions['resolveOperation']
  /** Identifies the caller. A GraphQLError that it throws becomes the response. */
  contextOf: (incoming: { request: Caller; requestId: string }) => Promise<GatewayContext>
  /** Reports changes of rights; null when rights do not change. */
  directory: AccessDirectory | null
  /** Limits what runs at once. An operation on a WebSocket counts until it has started. */
  limiter: ConcurrencyLimiter
  allowsOrigin: AllowsOrigin
  maxBodyBytes: number
  /** The number of trusted proxies before the gateway. */
  proxies: number
}

/** Live data: subscriptions over server-sent events and WebSocket. */
export interface Subscriptions {
  /** Adds server-sent events to the route. */
  withSse: (route: BufferedRoute) => BufferedRoute
  /** Takes over a connection that asks to be a WebSocket. */
  upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void
  /** What is open at the moment. */
  counts: () => { streams: number; sockets: number; responses: number }
  /** Plans a subscription in advance; false when the text is no subscription. @throws GraphQLError when it cannot be planned */
  warm: (text: string) => boolean
  /** Ends all streams, so that clients reconnect elsewhere. Queries and mutations on WebSockets may finish. */
  drain: () => void
}

const initMs = 10_000
const maxOperationsPerSocket = 100
/** How long a client may take to read the rest of its stream. */
const flushMs = 3_000

/** Creates the subscriptions of a gateway. */
export function createSubscriptions(options: SubscriptionsOptions): Subscriptions {
  const { streams: limits, limiter, mask, allowsOrigin, supergraph } = options
  const isCounted = options.costs.isReported || options.rates !== null
  const costs = () => (isCounted ? supergraph.current().costs : null)
  const load = followSchema(options.gateway, { sendTo: options.sendTo, costs })
  const check = createSubscriptionCheck({ ...options, load })
  const isCostReported = options.costs.isReported
  const streams = createStreams({ ...options, check, limits, isCostReported, supergraph })
  const identify = createIdentify(options.contextOf)
  const starting: StartOptions = { ...options, resolveOperation: options.resolveOperation, streams, mask }
  const start: StartOperation = (request, caller) => startOperation(starting, request, caller)
  const responses = createResponses()
  let isDraining = false
  const sockets = createSockets({
    start: withLimiter(limiter, start),
    identify,
    addressOf: (request) => clientAddress(request, options.proxies),
    slots: createSlots('connections', limits),
    allowsOrigin,
    maxMessageBytes: options.maxBodyBytes,
    pingMs: limits.heartbeatMs,
    initMs,
    maxOperations: maxOperationsPerSocket,
    isDraining: () => isDraining,
  })
  followRights(options.directory, [streams, sockets])
  return {
    withSse: (route) =>
      withSse(route, { ...options, start, identify, heartbeatMs: limits.heartbeatMs, onOpen: responses.add }),
    upgrade: sockets.upgrade,
    counts: () => ({ streams: streams.count(), sockets: sockets.count(), responses: responses.count() }),
    warm: (text) => {
      const prepared = options.prepare(text)
      if ('errors' in prepared || prepared.operation.operation !== 'subscription') return false
      compileEvents(load(), prepared)
      return true
    },
    drain: () => {
      isDraining = true
      streams.cut()
      sockets.drain()
      setTimeout(responses.destroyAll, flushMs).unref()
    },
  }
}

/** Counts an operation on a WebSocket as a running request until it has started. */
function withLimiter(limiter: ConcurrencyLimiter, start: StartOperation): SocketsOptions['start'] {
  return async (request, caller, address) => {
    const entered = limiter.acquire(address)
    if (typeof entered !== 'function') return { answer: refusalResponse(entered) }
    return await start(request, caller).finally(entered)
  }
}

/** Rechecks streams and WebSockets of each user whose rights have changed. */
function followRights(
  directory: AccessDirectory | null,
  readers: readonly { recheck: (userId: string, isCurrent: (viewer: UserViewer) => boolean) => void }[],
): void {
  directory?.onChange((userId) => {
    for (const reader of readers) reader.recheck(userId, directory.isCurrent)
  })
}

type Identify = (incoming: { request: Caller; requestId: string }) => ReturnType<OperationCaller['identify']>

function createIdentify(contextOf: SubscriptionsOptions['contextOf']): Identify {
  return async (incoming) => {
    const context = await contextOf(incoming)
    const isSignedIn = context.viewer.kind === 'user'
    return { context, endsAt: isSignedIn ? tokenExpiryOf(incoming.request.headers.authorization) : null }
  }
}

/** The responses of streams, which stay open. */
function createResponses() {
  const open = new Set<ServerResponse>()
  return {
    count: () => open.size,
    add: (response: ServerResponse): void => {
      open.add(response)
      response.once('close', () => open.delete(response))
    },
    destroyAll: (): void => {
      for (const response of open) response.destroy()
    },
  }
}
