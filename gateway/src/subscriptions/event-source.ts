import type { SubgraphResult } from '@tikitu/federation-executor/run/execution'
import type { RequestKey } from '@tikitu/kit/auth/request-signatures'
import type { Log } from '@tikitu/kit/base/log'
import { type Dispatcher, Pool } from 'undici'
import type { GatewayContext } from '../request/context.ts'
import { readResponse, requireGraphQL, type SubgraphResponse, UpstreamFailure } from '../subgraphs/read-response.ts'
import { createRequestSigner } from '../subgraphs/sign-requests.ts'
import { readEvents, type ServerEvent } from './read-events.ts'

/** The stream broke or could not be opened. It may be opened again. */
export class StreamBroken extends Error {
  override readonly name = 'StreamBroken'
}

/**
 * Opens a stream of a subgraph. Each event is a GraphQL response, and is read when it is pulled; the generator returns when the source is
 * complete. A refusal is the only event. @throws {StreamBroken} when it may be opened again; {UpstreamFailure} when it is not a stream
 */
export type OpenEvents = (body: string, context: GatewayContext, signal: AbortSignal) => AsyncGenerator<SubgraphResult>

export interface EventSourceOptions {
  name: string
  /** Where its GraphQL endpoint is. */
  url: string
  keys: readonly RequestKey[]
  /** How long the response may take to begin. */
  timeoutMs: number
  /** After so long without a byte a stream counts as broken. Time in which nobody reads it does not count. */
  silenceMs: number
  /** The limit for one event. */
  maxAnswerBytes: number
  /** The error codes that a service may show to clients. */
  errorCodes: () => ReadonlySet<string>
  log: Log
}

export interface EventSource {
  open: OpenEvents
  close: () => Promise<void>
}

/** Opens streams of a subgraph, each on a connection of its own beside the pool for queries. */
export function createEventSource(options: EventSourceOptions): EventSource {
  const { origin, pathname, search } = new URL(options.url)
  const path = `${pathname}${search}`
  const headersFor = createRequestSigner(options.keys)
  const pool = new Pool(origin, {
    pipelining: 1,
    connect: { timeout: 2_000 },
    headersTimeout: options.timeoutMs,
    bodyTimeout: options.silenceMs,
  })
  const request = async (body: string, context: GatewayContext, signal: AbortSignal) => {
    const signed = headersFor(path, body, context)
    const headers = { ...signed, 'content-type': 'application/json', accept: 'text/event-stream' }
    return await pool.request({ method: 'POST', path, headers, body, signal })
  }
  const open: OpenEvents = async function* (body, context, signal) {
    const response = await request(body, context, signal).catch((error: Error) => {
      throw new StreamBroken(`it cannot be opened: ${error.message}`, { cause: error })
    })
    try {
      if (!isStream(response)) return yield* refusal(options, { body, context }, response)
      yield* answers(options, { body, context }, readEvents(unbroken(response.body), options.maxAnswerBytes))
    } finally {
      response.body.on('error', () => undefined).destroy()
    }
  }
  return { open, close: () => pool.destroy() }
}

/** The request for a stream, and its caller. */
interface Sent {
  body: string
  context: GatewayContext
}

/** Parses events until `complete`. */
async function* answers(
  options: EventSourceOptions,
  { body, context }: Sent,
  events: AsyncGenerator<ServerEvent>,
): AsyncGenerator<SubgraphResult> {
  for await (const { name, data } of events) {
    if (name === 'complete') return
    if (name !== 'next') throw new UpstreamFailure(`it sent an event named ${name.slice(0, 40)}`, data)
    yield shown(
      options,
      context,
      readResponse({ status: 200, type: 'application/json', text: data }, options.errorCodes(), body),
    )
  }
  throw new StreamBroken('it ended without a complete event')
}

async function* refusal(
  options: EventSourceOptions,
  { body, context }: Sent,
  response: Dispatcher.ResponseData,
): AsyncGenerator<SubgraphResult> {
  const { statusCode, headers } = response
  const text = await readText(response.body, options.maxAnswerBytes)
  if (statusCode >= 502 && statusCode <= 504) throw new StreamBroken(`it answered ${statusCode}`)
  const status = statusCode === 401 ? 200 : statusCode
  const raw = requireGraphQL({ status, type: headers['content-type'], text })
  const answer = readResponse(raw, new Set(options.errorCodes()).add('UNAVAILABLE'), body)
  const { data, errors = [] } = answer.response
  const isOutage = errors.length > 0 && errors.every(({ extensions }) => extensions?.['code'] === 'UNAVAILABLE')
  if (isOutage && data === null) throw new StreamBroken('it accepts no streams now')
  yield shown(options, context, answer)
}

function isStream({ statusCode, headers }: Dispatcher.ResponseData): boolean {
  return statusCode === 200 && /^text\/event-stream\b/.test(String(headers['content-type']))
}

/** Turns a broken connection into {StreamBroken}. Invalid content is not retried: it would be invalid again. */
async function* unbroken(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* chunks
  } catch (error) {
    throw new StreamBroken(`it failed: ${(error as Error).message}`, { cause: error })
  }
}

async function readText(chunks: AsyncIterable<Buffer>, maxBytes: number): Promise<string> {
  const parts: Buffer[] = []
  let size = 0
  for await (const chunk of unbroken(chunks) as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > maxBytes) throw new UpstreamFailure('its response is too long', '')
    parts.push(chunk)
  }
  return Buffer.concat(parts, size).toString()
}

/** The part of a response that is shown to the client. Hidden errors are logged. */
function shown(
  { name, log }: EventSourceOptions,
  { requestId }: GatewayContext,
  answer: SubgraphResponse,
): SubgraphResult {
  for (const hidden of answer.hidden) {
    const { detail } = hidden as UpstreamFailure
    log.error({ err: hidden, subgraph: name, requestId, detail }, 'subgraph failure')
  }
  return answer.response
}
