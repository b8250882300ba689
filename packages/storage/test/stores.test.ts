import { readdir } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { describe, expect, test } from 'vitest'
import { type FileStore, WrongLength } from '../src/file-store.ts'
import { useTemporaryStore } from '../src/testing/temporary-store.ts'
import { useBucket } from './test-bucket.ts'

const folder = useTemporaryStore()
const bucket = useBucket()

const contentType = 'application/pdf'

async function put(store: FileStore, key: string, content: string | { text: string; byteSize: number }): Promise<void> {
  const { text, byteSize } = typeof content === 'string' ? { text: content, byteSize: content.length } : content
  await store.put(key, Readable.from([Buffer.from(text.slice(0, 3)), Buffer.from(text.slice(3))]), {
    byteSize,
    contentType,
  })
}

async function read(store: FileStore, key: string, range?: { start: number; end: number }): Promise<string | null> {
  const content = await store.get(key, range)
  return content && (await buffer(content)).toString()
}

describe.each([
  ['a folder', () => folder().store],
  ['an S3 bucket', () => bucket().store],
])('%s', (_where, storeOf) => {
  test('returns what was stored, whole or in part', async () => {
    await put(storeOf(), 'documents/one', 'Hello, world')
    expect(await read(storeOf(), 'documents/one')).toBe('Hello, world')
    expect(await read(storeOf(), 'documents/one', { start: 7, end: 9 })).toBe('wor')
  })

  test('has nothing for an unknown key, and deletes without one', async () => {
    expect(await read(storeOf(), 'documents/none')).toBeNull()
    await storeOf().delete('documents/none')
    await put(storeOf(), 'documents/gone', 'x'.repeat(10))
    await storeOf().delete('documents/gone')
    expect(await read(storeOf(), 'documents/gone')).toBeNull()
  })

  test('replaces a file with the same key', async () => {
    await put(storeOf(), 'documents/two', 'the first')
    await put(storeOf(), 'documents/two', 'the second')
    expect(await read(storeOf(), 'documents/two')).toBe('the second')
  })

  test.each([
    ['longer', 5],
    ['shorter', 500],
  ])('stores nothing of content that is %s than announced', async (_how, byteSize) => {
    await expect(put(storeOf(), 'documents/wrong', { text: 'twelve bytes', byteSize })).rejects.toThrow(WrongLength)
    expect(await read(storeOf(), 'documents/wrong')).toBeNull()
  })

  test('stores nothing of content that breaks off', async () => {
    const broken = Readable.from(
      (async function* () {
        yield Buffer.from('twelve')
        throw new Error('the connection was lost')
      })(),
    )
    const storing = storeOf().put('documents/broken', broken, { byteSize: 12, contentType })
    await expect(storing).rejects.toThrow('the connection was lost')
    expect(await read(storeOf(), 'documents/broken')).toBeNull()
  })

  test('keeps one whole file of two that are stored at once', async () => {
    const texts = ['a'.repeat(200_000), 'b'.repeat(200_000)]
    await Promise.all(texts.map((text) => put(storeOf(), 'documents/raced', text)))
    expect(texts).toContain(await read(storeOf(), 'documents/raced'))
  })

  test.each(['../secret', '/etc/passwd', 'a//b', 'a/../b', '', 'a/.hidden', 'a\\b'])(
    'refuses the key %j',
    async (key) => {
      await expect(storeOf().get(key)).rejects.toThrow(RangeError)
      await expect(put(storeOf(), key, 'text')).rejects.toThrow(RangeError)
      await expect(storeOf().delete(key)).rejects.toThrow(RangeError)
    },
  )
})

test('leaves no partial files in the folder', async () => {
  await put(folder().store, 'partial/wrong', { text: 'twelve bytes', byteSize: 5 }).catch(() => {})
  await put(folder().store, 'partial/right', 'twelve bytes')
  expect(await readdir(`${folder().folder}/partial`)).toEqual(['right'])
})
