import { startFauxqs } from 'fauxqs'
import { afterAll, beforeAll } from 'vitest'
import type { FileStore } from '../src/file-store.ts'
import { openFileStore } from '../src/open-store.ts'

/** A store in a bucket of a server that speaks S3, for the tests of a file. */
export function useBucket(): () => { store: FileStore } {
  let opened: { store: FileStore; close: () => Promise<void> } | undefined
  beforeAll(async () => {
    const server = await startFauxqs({ port: 0, host: '127.0.0.1', logger: false })
    server.createBucket('documents')
    process.env['AWS_ACCESS_KEY_ID'] ??= 'test'
    process.env['AWS_SECRET_ACCESS_KEY'] ??= 'test'
    const bucket = { bucket: 'documents', region: 'eu-west-1', endpoint: `http://127.0.0.1:${server.port}` }
    opened = { store: openFileStore({ folder: '', bucket }), close: () => server.stop() }
  })
  afterAll(async () => await opened?.close())
  return () => opened as { store: FileStore }
}
