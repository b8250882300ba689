import { createParser } from 'eventsource-parser'
import { UpstreamFailure } from '../subgraphs/read-response.ts'

/** One event of a stream. A name that was not sent is `message`. */
export interface ServerEvent {
  name: string
  data: string
}

/**
 * Reads server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html) as their bytes arrive. An event
 * without a data line, or whose end never came, is none.
 * @throws {UpstreamFailure} when more than `maxChars` are waiting for the end of their event
 */
export async function* readEvents(chunks: AsyncIterable<Uint8Array>, maxChars: number): AsyncGenerator<ServerEvent> {
  const decoder = new TextDecoder()
  let events: ServerEvent[] = []
  let isTooLong = false
  const parser = createParser({
    maxBufferSize: maxChars,
    onEvent: ({ event = 'message', data }) => void events.push({ name: event, data }),
    // Fields that are not known are skipped, as the standard says.
    onError: ({ type }) => {
      isTooLong ||= type === 'max-buffer-size-exceeded'
    },
  })
  for await (const chunk of chunks) {
    const text = decoder.decode(chunk, { stream: true })
    parser.feed(text)
    yield* events
    if (isTooLong) throw new UpstreamFailure('its event is too long', text.slice(0, 200))
    events = []
  }
}
