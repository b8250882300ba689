import { UnreadableAnswer } from './transport-errors.ts'

/** The first line and the headers of an answer, and what they say of its body. */
export interface Head {
  status: number
  /** By name in lower case. */
  headers: ReadonlyMap<string, string>
  isChunked: boolean
  /** Bytes of the body when it is not in chunks. */
  length: number
  isReusable: boolean
}

const statusLine = /^HTTP\/1\.([01]) ([1-5]\d\d)(?: [\t\x20-\x7e\x80-\xff]*)?$/
const fieldName = /^[!#$%&'*+.^_`|~\w-]+$/
const fieldValue = /^[\t\x20-\x7e\x80-\xff]*$/
/** Headers that may not come twice: two of them would have two meanings. */
const single: ReadonlySet<string> = new Set(['content-length', 'transfer-encoding', 'content-type'])

/** Reads a head, without the empty line that ends it. @throws {UnreadableAnswer} */
export function readHead(text: string): Head {
  const [first = '', ...lines] = text.split('\r\n')
  const [, minor, code] = statusLine.exec(first) ?? []
  if (minor === undefined) throw new UnreadableAnswer('its first line is not that of an answer')
  const headers = new Map<string, string>()
  for (const line of lines) addField(headers, line)
  const status = Number(code)
  const isChunked = readEncoding(headers)
  return {
    status,
    headers,
    isChunked,
    length: isChunked || status < 200 || status === 204 || status === 304 ? 0 : readLength(headers),
    isReusable: minor === '1' && headers.get('connection')?.toLowerCase() !== 'close',
  }
}

function addField(headers: Map<string, string>, line: string): void {
  const colon = line.indexOf(':')
  const name = line.slice(0, colon).toLowerCase()
  const value = line.slice(colon + 1).trim()
  if (colon < 1 || !fieldName.test(name) || !fieldValue.test(value)) throw new UnreadableAnswer('a header is malformed')
  const known = headers.get(name)
  if (known !== undefined && single.has(name)) throw new UnreadableAnswer(`it has two headers ${name}`)
  headers.set(name, known === undefined ? value : `${known}, ${value}`)
}

function readEncoding(headers: ReadonlyMap<string, string>): boolean {
  const encoding = headers.get('transfer-encoding')
  if (encoding === undefined) return false
  if (encoding.toLowerCase() !== 'chunked')
    throw new UnreadableAnswer('its body is neither in chunks nor of a stated length')
  if (headers.has('content-length')) throw new UnreadableAnswer('its body is in chunks and of a stated length')
  return true
}

function readLength(headers: ReadonlyMap<string, string>): number {
  const length = headers.get('content-length') ?? ''
  if (!/^\d{1,15}$/.test(length)) throw new UnreadableAnswer('the length of its body is not stated')
  return Number(length)
}
