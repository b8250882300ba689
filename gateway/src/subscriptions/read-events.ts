import { createParser } from 'eventsource-parser'
import { UpstreamFailure } from '../subgraphs/read-response.ts'

/** One event of a stream. Without a name it is `message`. */
export interface ServerEvent {
  name: string
  data: string
}

/**
 * Reads server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html) as their bytes arrive. Events without data
 * and an unfinished last event are dropped.
 * @throws {UpstreamFailure} when an event is longer than `maxChars`
 */
export async function* readEvents(chunks: AsyncIterable<Uint8Array>, maxChars: number): AsyncGenerator<ServerEvent> {
  const decoder = new TextDecoder()
  let events: ServerEvent[] = []
  let isTooLong = false
  const parser = createParser({
    maxBufferSize: maxChars,
    onEvent: ({ event = 'message', data }) => void events.push({ name: event, data }),
    // Unknown fields are skipped, as the standard says.
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
