/** Gives the caller's access token; nothing for somebody not signed in. */
export type TokenSource = (
  /** The token that the graph has just refused, if it did: give a newer one, or the call fails. */
  refused?: string,
) => string | null | undefined | Promise<string | null | undefined>

/** How subscriptions travel: as server-sent events of a streamed HTTP answer, or over a WebSocket (`graphql-transport-ws`). */
export type SubscriptionTransport = 'sse' | 'websocket'

export interface ClientOptions {
  /** The gateway's GraphQL endpoint: `https://api.example.com/graphql`. */
  url: string
  /** Asked before each request and each connection. `createSession` makes one. */
  token?: TokenSource | undefined
  /** Sent as Accept-Language: the language of messages. */
  language?: string | undefined
  /** Milliseconds after which a request is given up; 30,000 when absent. */
  timeoutMs?: number | undefined
  /** Sends the id of an operation in place of its text, where it has one: less to send, and a gateway may take nothing else. */
  byId?: boolean | undefined
  /** When absent: server-sent events where the runtime's `fetch` streams its answers, a WebSocket where it does not (React Native). */
  transport?: SubscriptionTransport | undefined
  /** Milliseconds without a sign of life after which a subscription's connection is opened anew; 35,000 when absent: the gateway says something every 10,000. */
  silenceMs?: number | undefined
  /** In place of the global fetch. */
  fetch?: typeof fetch | undefined
  /** In place of the global WebSocket: Node 20 has none. */
  webSocket?: typeof WebSocket | undefined
}
