import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { isObject } from '@tikitu/federation-executor/lib/own-property'
import type { BufferedRequest, BufferedRoute } from '../http/buffer-request.ts'
import { sendErrors } from '../http/error-response.ts'
import { invalidJson, parseJson, readJsonBody } from '../http/json-body.ts'
import type { AllowsOrigin } from '../http/origins.ts'
import type { HttpExchange } from '../http/router.ts'
import { isAllowedOrigin } from './origin.ts'
import type { HttpResponse, OperationCaller, OperationRequest, StartOperation } from './start-operation.ts'
import type { Stream } from './streams.ts'

export interface SseOptions {
  start: StartOperation
  identify: (incoming: Pick<HttpExchange, 'request' | 'requestId'>) => ReturnType<OperationCaller['identify']>
  allowsOrigin: AllowsOrigin
  /** The longest time without a byte: then a comment is sent. */
  heartbeatMs: number
  /** Called with each response that stays open. */
  onOpen: (response: ServerResponse) => void
}

/**
 * Adds GraphQL over server-sent events to a route, for requests that accept `text/event-stream`, in the protocol's distinct connections
 * mode (https://github.com/enisdenjo/graphql-sse/blob/master/PROTOCOL.md). The request counts as answered when the stream has begun.
 */
export function withSse(route: BufferedRoute, options: SseOptions): BufferedRoute {
  return {
    ...route,
    answer: async (incoming) => {
      const { method, headers } = incoming.request
      const acceptsEvents = method !== 'HEAD' && takes(headers.accept, /^text\/event-stream$/)
      await (acceptsEvents ? answerSse(options, incoming) : route.answer(incoming))
    },
  }
}

function takes(accept: string | undefined, type: RegExp): boolean {
  return (accept ?? '').split(',').some((range) => type.test((range.split(';')[0] ?? '').trim().toLowerCase()))
}

async function answerSse(options: SseOptions, incoming: BufferedRequest): Promise<void> {
  const { request, response, requestId } = incoming
  if (!isAllowedOrigin(request, options.allowsOrigin))
    return sendErrors(response, 403, { code: 'FORBIDDEN', message: 'Requests from this origin are not allowed.' })
  const operation = request.method === 'GET' ? readSearch(request) : readRequest(incoming)
  if (typeof operation === 'string') return sendErrors(response, 400, { code: 'BAD_REQUEST', message: operation })
  const identify = () => options.identify(incoming)
  const started = await options.start(operation, { identify, requestId, isReadOnly: request.method === 'GET' })
  if ('answer' in started) return sendAnswer(request, response, started.answer)
  if (response.destroyed) return started.stream.end()
  options.onOpen(response)
  void send(response, started.stream, options.heartbeatMs)
}

/** A refusal is sent as JSON with its status; a result as an event, unless the client also accepts JSON. */
function sendAnswer(
  { headers: { accept } }: IncomingMessage,
  response: ServerResponse,
  { status, headers, text }: HttpResponse,
): void {
  for (const [name, value] of headers) response.setHeader(name, value)
  const isEvent = status === 200 && !takes(accept, /^(?:application\/(?:graphql-response\+)?json|\*\/\*)$/)
  if (isEvent) return void openStream(response).end(`${nextEvent(text)}${completeEvent}`)
  response.setHeader('content-type', 'application/json; charset=utf-8')
  response.statusCode = status
  response.end(text)
}

/** Pulls a result when the client has taken the one before. */
async function send(response: ServerResponse, { answers, stop, end }: Stream, heartbeatMs: number): Promise<void> {
  const gone = new AbortController()
  response.once('close', () => {
    gone.abort()
    stop(null)
  })
  openStream(response).write(':\n\n')
  const heartbeat = setInterval(() => response.writableNeedDrain || response.write(':\n\n'), heartbeatMs)
  try {
    for (;;) {
      const { done, value } = await answers.next()
      if (done) return void response.end(value ? completeEvent : '')
      heartbeat.refresh()
      if (!response.write(nextEvent(value))) await once(response, 'drain', { signal: gone.signal })
    }
  } catch {
    response.destroy()
  } finally {
    clearInterval(heartbeat)
    end()
  }
}

const completeEvent = 'event: complete\ndata: \n\n'

function nextEvent(text: string): string {
  return `event: next\ndata: ${text.trimEnd()}\n\n`
}

function openStream(response: ServerResponse): ServerResponse {
  return response.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
  })
}

/** The operation in a body, or what is wrong with the body. */
function readRequest(incoming: BufferedRequest): OperationRequest | string {
  const read = readJsonBody(incoming)
  if ('problem' in read && read.problem !== 'syntax')
    return 'Send the operation as application/json, without content-encoding.'
  return 'value' in read && isObject(read.value) ? (read.value as OperationRequest) : invalidJson
}

function readSearch({ url = '' }: IncomingMessage): OperationRequest | string {
  const parameters = new URLSearchParams(url.includes('?') ? url.slice(url.indexOf('?')) : '')
  const operation: Record<string, unknown> = {}
  for (const [name, text] of parameters) {
    const value = name === 'variables' || name === 'extensions' ? parseJson(text) : text
    if (value === undefined) return `${name} must be JSON.`
    operation[name] = value
  }
  return operation
}
