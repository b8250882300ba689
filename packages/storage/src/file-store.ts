import { type Readable, Transform } from 'node:stream'

/** A part of a file: the positions of its first and last byte, both included. */
export interface ByteRange {
  start: number
  end: number
}

/** The size and the media type of a file to store. */
export interface StoredContent {
  byteSize: number
  contentType: string
}

/** Stores files by key: words of letters, digits, `_`, `-` and `.`, separated by slashes. */
export interface FileStore {
  /** Stores the file as a whole or not at all. Replaces one with that key. @throws {WrongLength} when the content is longer or shorter */
  put: (key: string, content: Readable, about: StoredContent) => Promise<void>
  /** The file or a part of it; null when there is none. */
  get: (key: string, range?: ByteRange) => Promise<Readable | null>
  /** Deletes the file. Does nothing when there is none. */
  delete: (key: string) => Promise<void>
}

/** The content has another length than announced. Nothing was stored. */
export class WrongLength extends Error {
  override readonly name = 'WrongLength'
}

const keyForm = /^[A-Za-z0-9_][\w.-]*(?:\/[A-Za-z0-9_][\w.-]*)*$/

/** The key, if it can leave no folder. @throws {RangeError} */
export function requireKey(key: string): string {
  if (!keyForm.test(key) || key.length > 512) throw new RangeError(`${JSON.stringify(key)} is no key of a file`)
  return key
}

/** Passes content on, and fails as soon as its length cannot be `byteSize` any more. */
export function requireLength(byteSize: number): Transform {
  let size = 0
  return new Transform({
    transform: (chunk: Buffer, _encoding, done) => {
      size += chunk.length
      if (size > byteSize) done(new WrongLength(`the content is longer than ${byteSize} bytes`))
      else done(null, chunk)
    },
    flush: (done) => {
      done(size < byteSize ? new WrongLength(`the content has ${size} bytes instead of ${byteSize}`) : null)
    },
  })
}
