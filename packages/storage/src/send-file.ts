import type { IncomingMessage, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { sendJson } from '@tikitu/kit/base/http'
import { attachment } from './content-disposition.ts'
import type { ByteRange } from './file-store.ts'

/** A file to send. */
export interface OutgoingFile {
  /** The name for the reader's machine. */
  fileName: string
  contentType: string
  byteSize: number
  /** Opens the file or a part of it; null when it no longer exists. */
  open: (range?: ByteRange) => Promise<Readable | null>
}

/** A file in memory. */
export function bufferedFile(content: Buffer, about: { fileName: string; contentType: string }): OutgoingFile {
  const open = async (range?: ByteRange) =>
    Readable.from([range ? content.subarray(range.start, range.end + 1) : content])
  return { ...about, byteSize: content.length, open }
}

/** Nothing stores it, nothing renders it as a page of ours, and scripts in it do not run. */
const protection = {
  'cache-control': 'private, no-store',
  'content-security-policy': "default-src 'none'; sandbox",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
} as const

/** Streams a file as a download: the whole, or the one part that a `Range` header names (RFC 9110, 14). Null: 404. */
export async function sendFile(
  request: IncomingMessage,
  response: ServerResponse,
  file: OutgoingFile | null,
): Promise<void> {
  if (!file) return refuseFile(response, 404, 'This file does not exist any more.')
  const range = rangeOf(request.headers.range, file.byteSize)
  if (range === 'none') {
    response.setHeader('content-range', `bytes */${file.byteSize}`)
    return refuseFile(response, 416, `The file has ${file.byteSize} bytes.`)
  }
  const content = await file.open(range ?? undefined)
  if (!content) return refuseFile(response, 404, 'This file does not exist any more.')
  const { start, end } = range ?? { start: 0, end: file.byteSize - 1 }
  response.writeHead(range ? 206 : 200, {
    ...protection,
    'accept-ranges': 'bytes',
    'content-disposition': attachment(file.fileName),
    'content-type': file.contentType,
    'content-length': end - start + 1,
    ...(range ? { 'content-range': `bytes ${start}-${end}/${file.byteSize}` } : {}),
  })
  await pipeline(content, response)
}

/** Answers with one sentence for the reader. */
export function refuseFile(response: ServerResponse, status: number, message: string): void {
  response.setHeader('cache-control', 'no-store')
  sendJson(response, status, { error: message })
}

/** Null: the whole file, also for headers that name several parts or another unit, which RFC 9110 lets a server ignore. */
function rangeOf(header: string | undefined, byteSize: number): ByteRange | null | 'none' {
  const [, first = '', last = ''] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header ?? '') ?? []
  if (first === '' && last === '') return null
  const isSuffix = first === ''
  const start = isSuffix ? Math.max(0, byteSize - Number(last)) : Number(first)
  const end = isSuffix || last === '' ? byteSize - 1 : Math.min(Number(last), byteSize - 1)
  if (!isSuffix && last !== '' && Number(last) < Number(first)) return null
  return start > end ? 'none' : { start, end }
}
