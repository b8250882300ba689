import type { UserViewer, Viewer } from '@tikitu/kit/auth/viewer'
import { CloseCode, MessageType } from 'graphql-ws'
import type { WebSocket } from 'ws'
import { overloaded } from '../http/shed-load.ts'
import { type ClientMessage, readMessage } from './client-message.ts'
import { refusalResponse } from './refusal-response.ts'
import type { HttpResponse, OperationCaller, StartOperation } from './start-operation.ts'
import type { Stream } from './streams.ts'

export interface SessionOptions {
  start: StartOperation
  /** Identifies the caller by an Authorization value. @throws GraphQLError */
  identify: (authorization: string | undefined, requestId: string) => ReturnType<OperationCaller['identify']>
  newRequestId: () => string
  /** How long the client may take to send `connection_init`. */
  initMs: number
  /** The limit of operations that run on one connection at once. */
  maxOperations: number
}

/** The protocol session of one WebSocket. */
export interface Session {
  /** Closes it when its operations have ended, at the latest after `graceMs`. New operations are ignored meanwhile. */
  close: (reason: { code: number; text: string }, graceMs: number) => void
  /** Closes it when it belongs to that user, and they may not go on or have other rights now. */
  recheck: (userId: string, isCurrent: (viewer: UserViewer) => boolean) => void
}

interface Operation {
  stream: Stream | null
  /** The client has completed it, or the socket is closed: nothing more is sent. */
  isOver: boolean
}

interface State {
  socket: WebSocket
  options: SessionOptions
  authorization: string | undefined
  /** Null until `connection_init` was accepted. */
  viewer: Viewer | null
  isInitialised: boolean
  isAcknowledged: boolean
  operations: Map<string, Operation>
  /** Why the connection is about to close; null while it is not. */
  closing: { code: number; text: string } | null
  timers: Set<NodeJS.Timeout>
}

/** With more unsent bytes pings are not answered, so that pongs do not pile up for a client that does not read. */
const maxUnsentBytes = 64_000
const closeWithinMs = 2_000

/** Speaks `graphql-transport-ws` on a socket: https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md */
export function serveSocket(socket: WebSocket, options: SessionOptions): Session {
  const state: State = {
    socket,
    options,
    authorization: undefined,
    viewer: null,
    isInitialised: false,
    isAcknowledged: false,
    operations: new Map(),
    closing: null,
    timers: new Set(),
  }
  after(state, options.initMs, () => {
    if (!state.isInitialised)
      socket.close(CloseCode.ConnectionInitialisationTimeout, 'Connection initialisation timeout')
  })
  socket.on('message', (data, isBinary) => {
    const message = isBinary ? null : readMessage(data.toString())
    if (!message) return socket.close(CloseCode.BadRequest, 'Invalid message received')
    take(state, message).catch(() => socket.close(CloseCode.InternalServerError, 'Internal server error'))
  })
  socket.on('close', () => {
    for (const timer of state.timers) clearTimeout(timer)
    for (const operation of state.operations.values()) drop(operation)
  })
  return {
    close: (reason, graceMs) => close(state, reason, graceMs),
    recheck: (userId, isCurrent) => recheck(state, userId, isCurrent),
  }
}

async function take(state: State, message: ClientMessage): Promise<void> {
  const { socket } = state
  switch (message.type) {
    case MessageType.ConnectionInit:
      return await initialise(state, message.payload)
    case MessageType.Ping:
      if (socket.bufferedAmount < maxUnsentBytes)
        await send(state, { type: MessageType.Pong, ...(message.payload && { payload: message.payload }) })
      return
    case MessageType.Pong:
      return
    case MessageType.Complete:
      drop(state.operations.get(message.id))
      state.operations.delete(message.id)
      return
    case MessageType.Subscribe:
      if (!state.isAcknowledged) return socket.close(CloseCode.Unauthorized, 'Unauthorized')
      if (state.operations.has(message.id))
        return socket.close(
          CloseCode.SubscriberAlreadyExists,
          `Subscriber for ${message.id.slice(0, 40)} already exists`,
        )
      if (!state.closing) await run(state, message)
  }
}

/** Identifies the caller by `authorization` in the payload, since browsers cannot set headers, or else by the header. */
async function initialise(state: State, payload: Readonly<Record<string, unknown>>): Promise<void> {
  const { socket, options } = state
  if (state.isInitialised)
    return socket.close(CloseCode.TooManyInitialisationRequests, 'Too many initialisation requests')
  state.isInitialised = true
  const authorization = payload['authorization'] ?? payload['Authorization']
  state.authorization = typeof authorization === 'string' && authorization !== '' ? authorization : undefined
  try {
    const { context, endsAt } = await options.identify(state.authorization, options.newRequestId())
    state.viewer = context.viewer
    if (endsAt !== null) after(state, endsAt - Date.now(), () => close(state, forbidden, closeWithinMs))
  } catch (error) {
    const code = (error as { extensions?: { code?: unknown } }).extensions?.code
    return code === 'UNAUTHENTICATED' || code === 'USER_SUSPENDED'
      ? socket.close(forbidden.code, forbidden.text)
      : socket.close(1013, 'Try again later')
  }
  state.isAcknowledged = true
  await send(state, { type: MessageType.ConnectionAck })
}

/**
 * Closes the connection of a user who may not go on; their operations have been told why. Any other change of rights ends streams without
 * `complete`, so the connection closes too, and the client reconnects with the new rights.
 */
function recheck(state: State, userId: string, isCurrent: (viewer: UserViewer) => boolean): void {
  if (state.viewer?.kind !== 'user' || state.viewer.userId !== userId) return
  try {
    if (!isCurrent(state.viewer)) close(state, rightsChanged, closeWithinMs)
  } catch {
    close(state, forbidden, closeWithinMs)
  }
}

const forbidden = { code: CloseCode.Forbidden, text: 'Forbidden' }
/** Service Restart (https://www.iana.org/assignments/websocket): clients connect again. */
const rightsChanged = { code: 1012, text: 'Rights have changed' }

async function run(state: State, { id, payload }: ClientMessage & { type: MessageType.Subscribe }): Promise<void> {
  const { options, operations } = state
  const operation: Operation = { stream: null, isOver: false }
  if (operations.size >= options.maxOperations)
    return await sendAnswer(state, { id, operation }, refusalResponse(overloaded))
  operations.set(id, operation)
  try {
    const requestId = options.newRequestId()
    const identify = () => options.identify(state.authorization, requestId)
    const started = await options.start(payload, { identify, requestId, isReadOnly: false })
    if ('answer' in started) await sendAnswer(state, { id, operation }, started.answer)
    else await sendStream(state, { id, operation }, started.stream)
  } finally {
    if (operations.get(id) === operation) operations.delete(id)
    closeIfIdle(state)
  }
}

type Running = { id: string; operation: Operation }

async function sendAnswer(state: State, { id, operation }: Running, { status, text }: HttpResponse): Promise<void> {
  if (operation.isOver) return
  const errors = status === 200 ? null : (JSON.parse(text) as { data?: unknown; errors?: unknown })
  if (errors && errors.data === undefined)
    return await send(state, { id, type: MessageType.Error, payload: errors.errors })
  await sendText(state, nextMessage(id, text))
  await send(state, { id, type: MessageType.Complete })
}

/** Pulls a result when the one before has been sent. */
async function sendStream(state: State, { id, operation }: Running, stream: Stream): Promise<void> {
  operation.stream = stream
  try {
    while (!operation.isOver) {
      const { done, value } = await stream.answers.next()
      if (operation.isOver) return
      if (done) return value ? await send(state, { id, type: MessageType.Complete }) : undefined
      await sendText(state, nextMessage(id, value))
    }
  } finally {
    stream.end()
  }
}

function drop(operation: Operation | undefined): void {
  if (!operation) return
  operation.isOver = true
  operation.stream?.stop(null)
}

function close(state: State, reason: { code: number; text: string }, graceMs: number): void {
  state.closing ??= reason
  closeIfIdle(state)
  after(state, graceMs, () => state.socket.close(reason.code, reason.text))
  after(state, graceMs + closeWithinMs, () => state.socket.terminate())
}

function closeIfIdle({ socket, operations, closing }: State): void {
  if (closing && operations.size === 0) socket.close(closing.code, closing.text)
}

/** A timer that ends with the socket. */
function after({ timers }: State, ms: number, act: () => void): void {
  const timer = setTimeout(
    () => {
      timers.delete(timer)
      act()
    },
    Math.min(Math.max(0, ms), 2_147_483_647),
  )
  timers.add(timer)
}

function nextMessage(id: string, text: string): string {
  return `{"id":${JSON.stringify(id)},"type":"next","payload":${text.trimEnd()}}`
}

async function send(state: State, message: object): Promise<void> {
  await sendText(state, JSON.stringify(message))
}

/** Waits until the operating system has taken the text, so that a slow reader slows down its source. */
async function sendText({ socket }: State, text: string): Promise<void> {
  await new Promise<void>((resolve) => socket.send(text, () => resolve()))
}
