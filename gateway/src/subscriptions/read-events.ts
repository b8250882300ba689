import { UpstreamFailure } from '../subgraphs/read-response.ts'

/** One event of a stream. A name that was not sent is `message`. */
export interface ServerEvent {
  name: string
  data: string
}

/**
 * Reads server-sent events as the HTML standard says (https://html.spec.whatwg.org/multipage/server-sent-events.html): one at a
 * time, as they are asked for. What is left when the stream ends is no event, and an event without data is one when it has a name.
 * @throws {UpstreamFailure} for an event of more than `maxChars`
 */
export async function* readEvents(chunks: AsyncIterable<Uint8Array>, maxChars: number): AsyncGenerator<ServerEvent> {
  const linesIn = createLineReader(maxChars)
  const eventAt = createEventReader(maxChars)
  for await (const chunk of chunks) {
    for (const line of linesIn(chunk)) {
      const event = eventAt(line)
      if (event) yield event
    }
  }
}

/** The lines that a chunk ends, without their ends, of which the standard has three. */
function createLineReader(maxChars: number): (chunk: Uint8Array) => string[] {
  const decoder = new TextDecoder()
  let begun: string[] = []
  let size = 0
  let isAfterReturn = false
  return (chunk) => {
    const text = decoder.decode(chunk, { stream: true })
    if (text === '') return []
    const lines = text.slice(isAfterReturn && text.startsWith('\n') ? 1 : 0).split(/\r\n|\n|\r/)
    isAfterReturn = text.endsWith('\r')
    const rest = lines.pop() ?? ''
    if (lines.length > 0) {
      lines[0] = begun.join('') + lines[0]
      begun = []
      size = 0
    }
    begun.push(rest)
    size += rest.length
    if (size > maxChars) throw tooLong(rest)
    return lines
  }
}

/** The event that a line ends, if it ends one. */
function createEventReader(maxChars: number): (line: string) => ServerEvent | null {
  let name = ''
  let data: string[] = []
  let size = 0
  const finish = (): ServerEvent | null => {
    const event = data.length > 0 || name !== '' ? { name: name || 'message', data: data.join('\n') } : null
    name = ''
    data = []
    size = 0
    return event
  }
  return (line) => {
    if (line === '') return finish()
    const [field, value] = fieldOf(line)
    if (field === 'event') name = value
    if (field === 'data') {
      size += value.length + 1
      if (size > maxChars) throw tooLong(value)
      data.push(value)
    }
    return null
  }
}

/** A comment has no name. */
function fieldOf(line: string): [string, string] {
  const colon = line.indexOf(':')
  if (colon === -1) return [line, '']
  return [line.slice(0, colon), line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1)]
}

function tooLong(part: string): UpstreamFailure {
  return new UpstreamFailure('its event is too long', part.slice(0, 200))
}
