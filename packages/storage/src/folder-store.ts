import { randomUUID } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { mkdir, open, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { type ByteRange, type FileStore, requireKey, requireLength, type StoredContent } from './file-store.ts'

/** Files in a folder of this machine, readable by its owner only. */
export function createFolderStore(folder: string): FileStore {
  const pathOf = (key: string): string => join(folder, ...requireKey(key).split('/'))
  return {
    put: async (key, content, about) => await write(pathOf(key), content, about),
    get: async (key, range) => await read(pathOf(key), range),
    delete: async (key) => await rm(pathOf(key), { force: true }),
  }
}

/** Under another name until it is complete, so that nobody reads half a file. */
async function write(path: string, content: Readable, { byteSize }: StoredContent): Promise<void> {
  const partial = `${path}.${randomUUID()}.part`
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  try {
    await pipeline(content, requireLength(byteSize), createWriteStream(partial, { mode: 0o600, flush: true }))
    await rename(partial, path)
  } catch (error) {
    await rm(partial, { force: true })
    throw error
  }
}

async function read(path: string, range: ByteRange | undefined): Promise<Readable | null> {
  const file = await open(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null
    throw error
  })
  return file?.createReadStream(range) ?? null
}
