import { answerError, type GraphError, invalidResponse, TikituError, timedOut, unreachable } from './errors.ts'
import type { ClientOptions } from './options.ts'
import { readEvents } from './read-events.ts'
import { headOf, type OutgoingRequest, post } from './request.ts'
import { createSilenceAlarm, defaultSilenceMs } from './silence-alarm.ts'
import type { OpenSubscription, StreamedAnswer } from './streamed-answer.ts'

/** Subscriptions as server-sent events, each an HTTP request of its own. */
export function createEventStreams(options: ClientOptions): OpenSubscription {
  const silenceMs = options.silenceMs ?? defaultSilenceMs
  return async function* (outgoing, control) {
    const alarm = createSilenceAlarm(silenceMs, () => control.abort())
    try {
      yield* answersOf(options, await request(options, outgoing, control.signal), alarm.reset)
    } catch (error) {
      if (error instanceof TikituError) throw error
      throw alarm.hasRung() ? timedOut(options.url, silenceMs) : unreachable(options.url, error)
    } finally {
      alarm.end()
    }
  }
}

async function* answersOf(
  options: ClientOptions,
  response: Response,
  onLife: () => void,
): AsyncGenerator<StreamedAnswer, void> {
  const { status, requestId } = headOf(response)
  for await (const { name, data } of readEvents(bodyOf(response), onLife)) {
    if (name === 'complete') return
    yield { ...JSON.parse(data), status, requestId }
  }
  throw unreachable(options.url, new Error('the stream ended early'))
}

/** @throws {TikituError} when the answer is no stream */
async function request(options: ClientOptions, outgoing: OutgoingRequest, signal: AbortSignal): Promise<Response> {
  const response = await post(options, outgoing, { signal, accept: 'text/event-stream' })
  const isStream = response.ok && response.headers.get('content-type')?.startsWith('text/event-stream')
  if (isStream) return response
  const head = headOf(response)
  const errors = errorsOf(await response.text())
  throw errors ? answerError({ ...head, errors }) : invalidResponse(head)
}

function bodyOf({ body }: Response): ReadableStream<Uint8Array> {
  if (body) return body
  throw new TikituError('`fetch` cannot stream responses here. Use `transport: "websocket"` for subscriptions.', {
    code: 'UNSUPPORTED',
  })
}

function errorsOf(text: string): readonly GraphError[] | null {
  try {
    const { errors } = JSON.parse(text) as { errors?: GraphError[] }
    return Array.isArray(errors) ? errors : null
  } catch {
    return null
  }
}
