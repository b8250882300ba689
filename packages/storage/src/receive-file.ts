import { createHash, type Hash } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import type { FileStore } from './file-store.ts'
import { beginningBytes, type MediaType, mediaTypeOf } from './media-type.ts'

/** A file that was uploaded and stored. */
export interface ReceivedFile {
  /** By its content, whatever the sender says. */
  contentType: MediaType
  byteSize: number
  /** In hexadecimal. */
  sha256: string
}

/** An upload is refused. Nothing was stored. */
export class UploadRefused extends Error {
  override readonly name = 'UploadRefused'
  readonly status: 404 | 409 | 411 | 413 | 415

  constructor(status: UploadRefused['status'], message: string) {
    super(message)
    this.status = status
  }
}

/** Streams the body of a request into the store, if it is a PDF, PNG or JPEG of at most `maxBytes`. @throws {UploadRefused} */
export async function receiveFile(
  request: IncomingMessage,
  { store, key, maxBytes }: { store: FileStore; key: string; maxBytes: number },
): Promise<ReceivedFile> {
  const byteSize = sizeOf(request, maxBytes)
  const { beginning, rest } = await readBeginning(request)
  const contentType = mediaTypeOf(beginning)
  if (!contentType) throw new UploadRefused(415, 'The file must be a PDF, PNG or JPEG.')
  const hash = createHash('sha256')
  await store.put(key, Readable.from(hashed([beginning], rest, hash)), { byteSize, contentType })
  return { contentType, byteSize, sha256: hash.digest('hex') }
}

function sizeOf({ headers }: IncomingMessage, maxBytes: number): number {
  const stated = headers['content-length']
  if (stated === undefined) throw new UploadRefused(411, 'Say how long the file is, in Content-Length.')
  const byteSize = Number(stated)
  if (byteSize > maxBytes) throw new UploadRefused(413, `The file must have at most ${maxBytes} bytes.`)
  return byteSize
}

type Chunks = AsyncIterator<Buffer, void>

/** The first bytes, as many as it takes to know the type, and an iterator of what follows them. */
async function readBeginning(request: IncomingMessage): Promise<{ beginning: Buffer; rest: Chunks }> {
  const rest = request[Symbol.asyncIterator]() as Chunks
  let beginning = Buffer.alloc(0)
  while (beginning.length < beginningBytes) {
    const { done, value } = await rest.next()
    if (done) break
    beginning = Buffer.concat([beginning, value])
  }
  return { beginning, rest }
}

async function* hashed(first: readonly Buffer[], rest: Chunks, hash: Hash): AsyncGenerator<Buffer> {
  const all = { [Symbol.asyncIterator]: () => rest }
  for (const chunk of first) {
    hash.update(chunk)
    yield chunk
  }
  for await (const chunk of all) {
    hash.update(chunk)
    yield chunk
  }
}
