import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createResponseReader, type Http1Response } from './response-reader.ts'
import { AnswerTooLong, UnreadableAnswer } from './transport-errors.ts'

const maxBytes = 1_000

/** Reads bytes that come in these pieces, each in a buffer that is used again, as a socket's is. */
function read(bytes: Buffer, cuts: readonly number[]): Http1Response | null {
  const reader = createResponseReader(maxBytes)
  const lent = Buffer.alloc(bytes.length)
  const edges = [...new Set([0, ...cuts.map((cut) => cut % bytes.length), bytes.length])].sort((a, b) => a - b)
  let answer: Http1Response | null = null
  for (let index = 1; index < edges.length; index++) {
    const size = bytes.copy(lent, 0, edges[index - 1], edges[index])
    answer = reader(lent.subarray(0, size))
    lent.fill(0)
  }
  return answer
}

function sized(body: string, head = ''): string {
  return `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n${head}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`
}

function inChunks(parts: readonly string[], trailers = ''): string {
  const chunks = parts.map((part) => `${Buffer.byteLength(part).toString(16)};x=1\r\n${part}\r\n`)
  return `HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n${chunks.join('')}0\r\n${trailers}\r\n`
}

const cuts = fc.array(fc.nat(2_000), { maxLength: 8 })
const part = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 })

describe('an answer', () => {
  test('of a stated length is the same however it is cut', () => {
    fc.assert(
      fc.property(part, cuts, (body, at) => {
        expect(read(Buffer.from(sized(body)), at)).toMatchObject({ status: 200, text: body, isReusable: true })
      }),
    )
  })

  test('in chunks is the same however it is cut, and whatever trailers follow', () => {
    fc.assert(
      fc.property(
        fc.array(part, { maxLength: 6 }),
        cuts,
        fc.constantFrom('', 'x-a: 1\r\n', 'x-a: 1\r\nx-b: 2\r\n'),
        (parts, at, tail) => {
          expect(read(Buffer.from(inChunks(parts, tail)), at)?.text).toBe(parts.join(''))
        },
      ),
    )
  })

  test('has headers by name in lower case, and the values of repeated ones together', () => {
    const answer = read(Buffer.from(sized('{}', 'Vary: a\r\nvary: b\r\nX-Empty:\r\n')), [])
    expect(Object.fromEntries(answer?.headers ?? [])).toMatchObject({ vary: 'a, b', 'x-empty': '' })
  })

  test('may come behind others that only say it is on its way', () => {
    const early = 'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n'
    expect(read(Buffer.from(early + sized('{}')), [5, 30])?.text).toBe('{}')
  })

  test('ends the use of its connection when it says so, or is of an older version', () => {
    expect(read(Buffer.from(sized('{}', 'Connection: Close\r\n')), [])?.isReusable).toBe(false)
    expect(read(Buffer.from(sized('{}').replace('HTTP/1.1', 'HTTP/1.0')), [])?.isReusable).toBe(false)
  })

  test('may have no body', () => {
    expect(read(Buffer.from('HTTP/1.1 204 No Content\r\n\r\n'), [])).toMatchObject({ status: 204, text: '' })
  })
})

describe('what could be understood in two ways is refused:', () => {
  const head = 'HTTP/1.1 200 OK\r\n'
  test.each([
    ['two lengths', `${head}content-length: 2\r\ncontent-length: 3\r\n\r\n{}`],
    ['a length and chunks', `${head}content-length: 2\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n`],
    ['no length', `${head}content-type: application/json\r\n\r\n{}`],
    ['a length that is no number', `${head}content-length: 0x2\r\n\r\n{}`],
    ['a negative length', `${head}content-length: -2\r\n\r\n{}`],
    ['another coding', `${head}transfer-encoding: gzip, chunked\r\n\r\n0\r\n\r\n`],
    ['a continued line', `${head}x-a: 1\r\n more\r\ncontent-length: 2\r\n\r\n{}`],
    ['a space before the colon', `${head}content-length : 2\r\n\r\n{}`],
    ['a control character in a value', `${head}x-a: 1\u0001\r\ncontent-length: 2\r\n\r\n{}`],
    ['a bare line feed in a head', `${head}x-a: 1\ncontent-length: 2\r\n\r\n{}`],
    ['more than the answer', `${sized('{}')}HTTP/1.1 200 OK`],
    ['more than the last chunk', `${inChunks(['{}'])}x`],
    ['a chunk longer than it says', `${head}transfer-encoding: chunked\r\n\r\n1\r\n{}\r\n0\r\n\r\n`],
    ['a chunk of no length', `${head}transfer-encoding: chunked\r\n\r\n\r\n{}\r\n0\r\n\r\n`],
    ['a chunk length with a sign', `${head}transfer-encoding: chunked\r\n\r\n+2\r\n{}\r\n0\r\n\r\n`],
    ['a first line of something else', 'SSH-2.0-OpenSSH_9.2\r\n\r\n'],
    ['a head that does not end', `${head}${'x-a: 1\r\n'.repeat(3_000)}`],
    ['trailers that do not end', `${head}transfer-encoding: chunked\r\n\r\n0\r\n${'x-a: 1\r\n'.repeat(600)}`],
  ])('%s', (_name, text) => {
    expect(() => read(Buffer.from(text, 'latin1'), [])).toThrow(UnreadableAnswer)
  })

  test('anything at all is an answer, unfinished, or an error of ours', () => {
    const pieces = fc.constantFrom(
      head,
      'HTTP/1.1 100 \r\n\r\n',
      'content-length: 3\r\n',
      'transfer-encoding: chunked\r\n',
      '\r\n',
      '2\r\n',
      '{}',
      '0',
      ':',
      '\u0000',
    )
    fc.assert(
      fc.property(fc.array(pieces, { minLength: 1, maxLength: 12 }), cuts, (parts, at) => {
        try {
          read(Buffer.from(parts.join(''), 'latin1'), at)
        } catch (error) {
          expect(error).toBeInstanceOf(UnreadableAnswer)
        }
      }),
    )
  })
})

describe('an answer that is longer than it may be is refused', () => {
  test('before its body came', () => {
    expect(() => read(Buffer.from('HTTP/1.1 200 OK\r\ncontent-length: 1001\r\n\r\n'), [])).toThrow(AnswerTooLong)
  })

  test('at the chunk that is too much', () => {
    expect(() => read(Buffer.from(inChunks(['x'.repeat(600), 'y'.repeat(401)])), [])).toThrow(AnswerTooLong)
  })
})
