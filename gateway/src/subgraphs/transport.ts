import type { RawAnswer } from './read-response.ts'

/** One subgraph as a transport needs to know it. */
export interface WireOptions {
  /** Where its GraphQL endpoint is. */
  url: string
  connections: number
  maxAnswerBytes: number
}

/** How requests reach a subgraph. */
export interface Wire {
  /** Sends a body with these headers. The function it gives ends the request early, with that error. */
  send: (headers: Headers, body: string, waiting: WireWaiting) => (error: Error) => void
  close: () => void | Promise<void>
}

type Headers = Readonly<Record<string, string>>

/** One of the two is called, once. */
export interface WireWaiting {
  resolve: (answer: RawAnswer) => void
  reject: (error: Error) => void
}
