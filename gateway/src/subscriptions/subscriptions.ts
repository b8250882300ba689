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

/** How live data is limited. */
export interface SubscriptionLimits extends SlotLimits {
  /** For how long a stream that breaks at its subgraph is opened again, unseen by the client. */
  resumeMs: number
  /** A stream of a subgraph on which nothing was heard for so long is opened again: subgraphs say every ten seconds that they are there. */
  silenceMs: number
  /** A client hears something at least so often, and a WebSocket has to answer. */
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
  /** Finds operations that are asked for by name, and says which texts run. */
  resolveOperation: StartOptions['resolveOperation']
  /** Who asks. A GraphQLError it throws is the answer. */
  contextOf: (incoming: { request: Caller; requestId: string }) => Promise<GatewayContext>
  /** Tells whose rights change; null when nobody does. */
  directory: AccessDirectory | null
  /** What runs at once; an operation on a WebSocket counts until it has begun. */
  limiter: ConcurrencyLimiter
  allowsOrigin: AllowsOrigin
  maxBodyBytes: number
  /** How many of our own proxies a request has passed. */
  proxies: number
}

/** Live data: subscriptions over server-sent events and WebSocket. */
export interface Subscriptions {
  /** The route, with server-sent events for those who want them. */
  withSse: (route: BufferedRoute) => BufferedRoute
  /** Takes over a connection that asks to be a WebSocket. */
  upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void
  /** What is open now. */
  counts: () => { streams: number; sockets: number; responses: number }
  /** Plans a text, so that the first client need not wait; false when it is no subscription. @throws GraphQLError when it cannot be planned */
  warm: (text: string) => boolean
  /** Ends everything, so that clients come again elsewhere; what runs on a WebSocket and will end by itself may. */
  drain: () => void
}

const initMs = 10_000
const maxOperationsPerSocket = 100
/** What a client does not take any more is not waited for. */
const lastWordsMs = 3_000

/** Live data over a graph. */
export function createSubscriptions(options: SubscriptionsOptions): Subscriptions {
  const { streams: limits, limiter, mask, allowsOrigin, supergraph } = options
  const isCounted = options.costs.isReported || options.rates !== null
  const costs = () => (isCounted ? supergraph.current().costs : null)
  const load = followSchema(options.gateway, { sendTo: options.sendTo, costs })
  const admit = createSubscriptionCheck({ ...options, load })
  const isCostReported = options.costs.isReported
  const streams = createStreams({ ...options, admit, limits, isCostReported, supergraph })
  const identify = createIdentify(options.contextOf)
  const starting: StartOptions = { ...options, resolveOperation: options.resolveOperation, streams, mask }
  const start: StartOperation = (request, asking) => startOperation(starting, request, asking)
  const responses = createResponses()
  let isDraining = false
  const sockets = createSockets({
    start: throughGate(limiter, start),
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
      setTimeout(responses.destroyAll, lastWordsMs).unref()
    },
  }
}

/** An operation on a WebSocket takes a place until it has begun, as a request does. */
function throughGate(limiter: ConcurrencyLimiter, start: StartOperation): SocketsOptions['start'] {
  return async (request, asking, address) => {
    const entered = limiter.acquire(address)
    if (typeof entered !== 'function') return { answer: refusalResponse(entered) }
    return await start(request, asking).finally(entered)
  }
}

/** Whoever may not go on is told so; whose place on the staff has changed comes again, with the rights they have now. */
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

/** The responses that stay open. */
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
