import { parseExact } from '@tikitu/federation-executor/lib/exact-json'
import { MessageType, validateMessage } from 'graphql-ws'
import type { OperationRequest } from './start-operation.ts'

type Payload = Readonly<Record<string, unknown>>

/** What a client of `graphql-transport-ws` may say. */
export type ClientMessage =
  | { type: MessageType.ConnectionInit; payload: Payload }
  | { type: MessageType.Ping | MessageType.Pong; payload: Payload | null }
  | { type: MessageType.Subscribe; id: string; payload: OperationRequest }
  | { type: MessageType.Complete; id: string }

const maxIdLength = 128

/** A message of a client, or null when it is none. Of an operation, only its outer form is known to be right. */
export function readMessage(text: string): ClientMessage | null {
  try {
    const message = parseExact(text) as never
    validateMessage(withText(message))
    return fromClient(message)
  } catch {
    return null
  }
}

/** The protocol wants a text; an operation that is asked for by its name has none, or an empty one. */
function withText(message: { type?: unknown; payload?: OperationRequest | null }): unknown {
  const { type, payload } = message
  return type === MessageType.Subscribe && payload && isNamed(payload)
    ? { ...message, payload: { ...payload, query: payload.query ?? '' } }
    : message
}

function isNamed({ documentId, extensions }: OperationRequest): boolean {
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
      return id.length <= maxIdLength ? { type, id, payload: withoutEmptyText(payload ?? {}) } : null
    default:
      return null
  }
}

function withoutEmptyText({ query, ...rest }: OperationRequest): OperationRequest {
  return query === '' && isNamed(rest) ? rest : { ...rest, query }
}
