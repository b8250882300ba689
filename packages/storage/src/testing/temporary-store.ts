import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll } from 'vitest'
import type { FileStore } from '../file-store.ts'
import { openFileStore } from '../open-store.ts'

/** A store in a temporary folder, for the tests of a file. */
export function useTemporaryStore(): () => { store: FileStore; folder: string } {
  let opened: { store: FileStore; folder: string } | undefined
  beforeAll(async () => {
    const folder = await mkdtemp(join(tmpdir(), 'tikitu-files-'))
    opened = { store: openFileStore({ folder, bucket: null }), folder }
  })
  afterAll(async () => await rm(opened?.folder ?? '', { recursive: true, force: true }))
  return () => opened as { store: FileStore; folder: string }
}
