import { type IncomingMessage, STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import { newId } from '@tikitu/kit/base/ids'
import type { GraphQLError } from 'graphql'
import { CloseCode, GRAPHQL_TRANSPORT_WS_PROTOCOL, handleProtocols } from 'graphql-ws'
import { type WebSocket, WebSocketServer } from 'ws'
import type { AllowsOrigin } from '../http/origins.ts'
import { isAllowedOrigin } from './origin.ts'
import { type Session, type SessionOptions, serveSocket } from './socket-session.ts'
import type { OperationCaller, OperationRequest, OperationResult } from './start-operation.ts'
import type { Slots } from './subscription-slots.ts'

/** What a caller is identified by: headers, and the address of the connection. */
export type Caller = Pick<IncomingMessage, 'headers' | 'socket'>

export interface SocketsOptions extends Pick<SessionOptions, 'initMs' | 'maxOperations'> {
  /** Starts an operation for a client of that address. */
  start: (request: OperationRequest, caller: OperationCaller, address: string) => Promise<OperationResult>
  identify: (incoming: { request: Caller; requestId: string }) => ReturnType<OperationCaller['identify']>
  addressOf: (request: IncomingMessage) => string
  slots: Slots
  allowsOrigin: AllowsOrigin
  maxMessageBytes: number
  /** The interval of pings, each of which the client has to answer. */
  pingMs: number
  isDraining: () => boolean
}

/** The WebSockets of this gateway. */
export interface Sockets {
  /** Handles the upgrade of a connection to a WebSocket. */
  upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void
  count: () => number
  /** Closes those of a user who may not go on, or whose rights have changed. */
  recheck: Session['recheck']
  /** Closes all as 1001 when their operations have ended. */
  drain: () => void
}

const drainMs = 5_000

/** GraphQL over WebSocket at /graphql. */
export function createSockets(options: SocketsOptions): Sockets {
  const server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: options.maxMessageBytes,
    handleProtocols,
  })
  const sessions = new Set<Session>()
  const serve = (socket: WebSocket, request: IncomingMessage, release: () => void): void => {
    socket.on('error', () => undefined)
    socket.once('close', release)
    if (socket.protocol !== GRAPHQL_TRANSPORT_WS_PROTOCOL)
      return socket.close(CloseCode.SubprotocolNotAcceptable, 'Subprotocol not acceptable')
    const session = serveSocket(socket, {
      ...options,
      start: (operation, caller) => options.start(operation, caller, options.addressOf(request)),
      newRequestId: () => newId('req'),
      identify: (authorization, requestId) =>
        options.identify({ request: callerOf(request, authorization), requestId }),
    })
    sessions.add(session)
    const stopPings = keepAlive(socket, options.pingMs)
    socket.once('close', () => {
      stopPings()
      sessions.delete(session)
    })
  }
  return {
    count: () => sessions.size,
    recheck: (userId, isCurrent) => {
      for (const session of sessions) session.recheck(userId, isCurrent)
    },
    drain: () => {
      for (const session of sessions) session.close({ code: 1001, text: 'Going away' }, drainMs)
    },
    upgrade: (request, socket, head) => {
      socket.on('error', () => undefined)
      const status = refusalStatus(options, request)
      if (status) return refuse(socket, status)
      try {
        const release = options.slots.acquire({ address: options.addressOf(request), userId: null })
        socket.once('close', release)
        server.handleUpgrade(request, socket, head, (accepted) => serve(accepted, request, release))
      } catch (error) {
        refuse(socket, (error as GraphQLError).extensions['code'] === 'RATE_LIMITED' ? 429 : 503)
      }
    },
  }
}

function refusalStatus({ allowsOrigin, isDraining }: SocketsOptions, request: IncomingMessage): number | null {
  if (request.url?.split('?')[0] !== '/graphql') return 404
  if (isDraining()) return 503
  return isAllowedOrigin(request, allowsOrigin) ? null : 403
}

function refuse(socket: Duplex, status: number): void {
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`)
}

/** The caller of the connection, with the token of its `connection_init`. */
function callerOf({ headers, socket }: IncomingMessage, authorization: string | undefined): Caller {
  return { headers: { ...headers, authorization: authorization ?? headers.authorization }, socket }
}

/** Terminates a connection whose client does not answer pings. */
function keepAlive(socket: WebSocket, pingMs: number): () => void {
  let isAlive = true
  socket.on('pong', () => {
    isAlive = true
  })
  const timer = setInterval(() => {
    if (!isAlive) return socket.terminate()
    isAlive = false
    socket.ping()
  }, pingMs)
  return () => clearInterval(timer)
}
