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
    const message = JSON.parse(text)
    validateMessage(withText(message))
    return fromClient(message)
  } catch {
    return null
  }
}

/** The protocol wants a text; an operation that is asked for by its id has none. */
function withText(message: { type?: unknown; payload?: OperationRequest | null }): unknown {
  const { type, payload } = message
  if (type !== MessageType.Subscribe || payload?.documentId === undefined) return message
  return { ...message, payload: { ...payload, query: payload.query ?? '' } }
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
      return id.length <= maxIdLength ? { type, id, payload: payload ?? {} } : null
    default:
      return null
  }
}
