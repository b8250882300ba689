import { AnswerTooLong, UnreadableAnswer } from './transport-errors.ts'

/** Takes the bytes of a body in chunks as they come; gives its text once it is whole. The bytes are only lent. */
export type ReadChunks = (bytes: Buffer) => string | null

/** What comes next: the length of a chunk, its bytes, the line end behind them, or what follows the last chunk. */
type Expected = 'length' | 'bytes' | 'end of chunk' | 'trailers'

interface Reading {
  maxBytes: number
  expected: Expected
  /** Bytes that are still to come of this chunk. */
  missing: number
  size: number
  parts: Buffer[]
  all: Buffer
  at: number
}

const maxLineBytes = 256
const maxTrailerBytes = 4_096

/** Reads a body in chunks (RFC 9112 §7.1). Trailers are passed over. @throws {UnreadableAnswer | AnswerTooLong} */
export function createChunkReader(maxBytes: number): ReadChunks {
  const none = Buffer.alloc(0)
  const reading: Reading = { maxBytes, expected: 'length', missing: 0, size: 0, parts: [], all: none, at: 0 }
  return (bytes) => {
    const { all, at } = reading
    reading.all = at < all.length ? Buffer.concat([all.subarray(at), bytes]) : bytes
    reading.at = 0
    for (;;) {
      const step = steps[reading.expected](reading)
      if (step === 'over') return Buffer.concat(reading.parts, reading.size).toString('utf8')
      if (step === 'more') continue
      reading.all = Buffer.from(reading.all.subarray(reading.at))
      reading.at = 0
      return null
    }
  }
}

type Step = 'more' | 'waiting' | 'over'

const steps: Readonly<Record<Expected, (reading: Reading) => Step>> = {
  length: readLength,
  bytes: readBytes,
  'end of chunk': readEnd,
  trailers: readTrailers,
}

function readLength(reading: Reading): Step {
  const { all, at, size, maxBytes } = reading
  const end = all.indexOf('\r\n', at, 'latin1')
  if (end === -1 && all.length - at <= maxLineBytes) return 'waiting'
  const [, digits] = /^([\da-f]{1,8})(?:;[\t\x20-\x7e]*)?$/i.exec(all.toString('latin1', at, end)) ?? []
  if (end === -1 || digits === undefined) throw new UnreadableAnswer('the length of a chunk is no number')
  const length = Number.parseInt(digits, 16)
  if (size + length > maxBytes) throw new AnswerTooLong(maxBytes)
  reading.at = end + 2
  reading.missing = length
  reading.size += length
  reading.expected = length === 0 ? 'trailers' : 'bytes'
  return 'more'
}

function readBytes(reading: Reading): Step {
  const { all, at, missing } = reading
  const part = all.subarray(at, at + missing)
  reading.parts.push(Buffer.from(part))
  reading.at += part.length
  reading.missing -= part.length
  if (reading.missing > 0) return 'waiting'
  reading.expected = 'end of chunk'
  return 'more'
}

function readEnd(reading: Reading): Step {
  const { all, at } = reading
  if (all.length - at < 2) return 'waiting'
  if (all[at] !== 13 || all[at + 1] !== 10) throw new UnreadableAnswer('a chunk is not as long as it says')
  reading.at += 2
  reading.expected = 'length'
  return 'more'
}

/** Trailers end with an empty line, and with it the answer. */
function readTrailers({ all, at }: Reading): Step {
  const end = endOfTrailers(all, at)
  if (end === all.length) return 'over'
  if (end !== -1) throw new UnreadableAnswer('more came than the answer')
  if (all.length - at > maxTrailerBytes) throw new UnreadableAnswer('its trailers do not end')
  return 'waiting'
}

function endOfTrailers(all: Buffer, at: number): number {
  if (all[at] === 13 && all[at + 1] === 10) return at + 2
  const end = all.indexOf('\r\n\r\n', at, 'latin1')
  return end === -1 ? -1 : end + 4
}
