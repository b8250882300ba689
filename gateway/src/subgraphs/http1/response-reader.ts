import { createChunkReader, type ReadChunks } from './chunk-reader.ts'
import { type Head, readHead } from './read-head.ts'
import { AnswerTooLong, UnreadableAnswer } from './transport-errors.ts'

/** The answer to one request, and whether another may be sent on the same connection. */
export interface Http1Response {
  status: number
  headers: ReadonlyMap<string, string>
  text: string
  isReusable: boolean
}

/** Takes the bytes of one answer as they come; gives it once it is whole. The bytes are only lent. @throws what is wrong with it */
export type ReadHttp1Response = (bytes: Buffer) => Http1Response | null

/** What a head may take: those of our services have some hundred bytes. */
const maxHeadBytes = 16_384

/**
 * Reads one answer of HTTP/1.1 (RFC 9112): a head, and a body of a stated length or in chunks. It is strict: whatever could be
 * understood in two ways is refused, and with it the connection.
 */
export function createResponseReader(maxBytes: number): ReadHttp1Response {
  let kept: Buffer | null = null
  let body: ReadHttp1Response | null = null
  return (bytes) => {
    if (body) return body(bytes)
    const all = kept ? Buffer.concat([kept, bytes]) : bytes
    const { head, end } = finalHead(all)
    if (!head) {
      kept = Buffer.from(all.subarray(end))
      return null
    }
    kept = null
    body = bodyReader(head, maxBytes)
    return body(all.subarray(end))
  }
}

/** The head of the answer itself, which may come behind others that only say it is on its way; null while it is not whole. */
function finalHead(all: Buffer): { head: Head | null; end: number } {
  for (let start = 0; ; ) {
    const end = all.indexOf('\r\n\r\n', start, 'latin1')
    if ((end === -1 ? all.length : end) - start > maxHeadBytes) throw new UnreadableAnswer('its head does not end')
    if (end === -1) return { head: null, end: start }
    const head = readHead(all.toString('latin1', start, end))
    start = end + 4
    if (head.status >= 200) return { head, end: start }
  }
}

function bodyReader(head: Head, maxBytes: number): ReadHttp1Response {
  if (head.isChunked) return chunkedBody(head, createChunkReader(maxBytes))
  if (head.length > maxBytes) throw new AnswerTooLong(maxBytes)
  return sizedBody(head)
}

/** Most answers come whole: then their bytes are never copied. */
function sizedBody(head: Head): ReadHttp1Response {
  let parts: Buffer[] | null = null
  let missing = head.length
  return (bytes) => {
    if (bytes.length > missing) throw new UnreadableAnswer('more came than the answer')
    if (!parts && bytes.length === missing) return answer(head, bytes.toString('utf8'))
    parts ??= []
    parts.push(Buffer.from(bytes))
    missing -= bytes.length
    return missing === 0 ? answer(head, Buffer.concat(parts).toString('utf8')) : null
  }
}

function chunkedBody(head: Head, readChunks: ReadChunks): ReadHttp1Response {
  return (bytes) => {
    const text = readChunks(bytes)
    return text === null ? null : answer(head, text)
  }
}

function answer({ status, headers, isReusable }: Head, text: string): Http1Response {
  return { status, headers, text, isReusable }
}
