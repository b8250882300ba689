import { readEvents, type ServerEvent } from '../../src/subscriptions/read-events.ts'

// biome-ignore lint/suspicious/noExplicitAny: tests read what they expect to be there
type Json = any

/** A client for server-sent events. */
export interface SseClient {
  status: number
  headers: Headers
  /** The next event; null when the stream has ended. */
  next: () => Promise<{ name: string; json: Json } | null>
  /** The body, when the response is not a stream. */
  json: () => Promise<Json>
  close: () => void
}

interface SseRequest {
  query?: string
  variables?: object
  operationName?: string
  documentId?: string
  extensions?: object
}

interface SseOptions {
  token?: string
  headers?: Record<string, string>
  method?: 'GET' | 'POST'
}

/** Opens a stream. */
export async function openSse(
  url: string,
  request: SseRequest | string,
  { token, headers = {}, method = 'POST' }: SseOptions = {},
): Promise<SseClient> {
  const control = new AbortController()
  const asked = typeof request === 'string' ? { query: request } : request
  const response = await fetch(method === 'GET' ? `${url}/graphql?${searchOf(asked)}` : `${url}/graphql`, {
    method,
    headers: {
      accept: 'text/event-stream',
      ...(method === 'POST' && { 'content-type': 'application/json' }),
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...headers,
    },
    ...(method === 'POST' && { body: JSON.stringify(asked) }),
    signal: control.signal,
  })
  let events: AsyncGenerator<ServerEvent> | null = null
  return {
    status: response.status,
    headers: response.headers,
    json: () => response.json(),
    close: () => control.abort(),
    next: async () => {
      events ??= readEvents(response.body as unknown as AsyncIterable<Uint8Array>, 50_000_000)
      const { done, value } = await events.next()
      return done ? null : { name: value.name, json: value.data === '' ? null : JSON.parse(value.data) }
    },
  }
}

function searchOf(asked: SseRequest): URLSearchParams {
  const entries = Object.entries(asked).map(([name, value]): [string, string] => [
    name,
    typeof value === 'string' ? value : JSON.stringify(value),
  ])
  return new URLSearchParams(entries)
}

/** All data until the end. */
export async function allOf<T>(events: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const event of events) all.push(event)
  return all
}
