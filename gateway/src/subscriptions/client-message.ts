import { parseExact } from '@tikitu/federation-executor/lib/exact-json'
import { MessageType, validateMessage } from 'graphql-ws'
import type { OperationRequest } from './start-operation.ts'

type Payload = Readonly<Record<string, unknown>>

/** A message that a client of `graphql-transport-ws` may send. */
export type ClientMessage =
  | { type: MessageType.ConnectionInit; payload: Payload }
  | { type: MessageType.Ping | MessageType.Pong; payload: Payload | null }
  | { type: MessageType.Subscribe; id: string; payload: OperationRequest }
  | { type: MessageType.Complete; id: string }

const maxIdLength = 128

/** Reads a client's message; null when it is invalid. Of an operation, only the outer form has been checked. */
export function readMessage(text: string): ClientMessage | null {
  try {
    const message = parseExact(text) as never
    validateMessage(withQuery(message))
    return fromClient(message)
  } catch {
    return null
  }
}

/** The protocol requires a query; a persisted operation has none, or an empty one. */
function withQuery(message: { type?: unknown; payload?: OperationRequest | null }): unknown {
  const { type, payload } = message
  return type === MessageType.Subscribe && payload && isPersisted(payload)
    ? { ...message, payload: { ...payload, query: payload.query ?? '' } }
    : message
}

function isPersisted({ documentId, extensions }: OperationRequest): boolean {
  return documentId !== undefined || Object.hasOwn(Object(extensions), 'persistedQuery')
}

function fromClient(message: { type: MessageType; id: string; payload?: Payload | null }): ClientMessage | null {
  const { type, id, payload = null } = message
  switch (type) {
    case MessageType.ConnectionInit:
      return { type, payload: payload ?? {} }
    case MessageType.Ping:
    case MessageType.Pong:
      return { type, payload }
    case MessageType.Complete:
      return { type, id }
    case MessageType.Subscribe:
      return id.length <= maxIdLength ? { type, id, payload: withoutEmptyQuery(payload ?? {}) } : null
    default:
      return null
  }
}

function withoutEmptyQuery({ query, ...rest }: OperationRequest): OperationRequest {
  return query === '' && isPersisted(rest) ? rest : { ...rest, query }
}
