import type { RawResponse } from './read-response.ts'

/** One subgraph as a transport needs to know it. */
export interface TransportOptions {
  /** Where its GraphQL endpoint is. */
  url: string
  connections: number
  maxAnswerBytes: number
}

/** How requests reach a subgraph. */
export interface Transport {
  /** Sends a body with these headers. The function it gives ends the request early, with that error. */
  send: (headers: Headers, body: string, waiting: ResponseHandlers) => (error: Error) => void
  close: () => void | Promise<void>
}

type Headers = Readonly<Record<string, string>>

/** One of the two is called, once. */
export interface ResponseHandlers {
  resolve: (answer: RawResponse) => void
  reject: (error: Error) => void
}
