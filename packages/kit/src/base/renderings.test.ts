import { setTimeout } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { createRenderings } from './renderings.ts'

const settled = () => setTimeout(20)

test('makes what is asked for once, however many ask at once or later', async () => {
  const renderings = createRenderings({ maxBytes: 100, atOnce: 2 })
  let made = 0
  const make = async () => {
    made++
    await settled()
    return Buffer.from('x')
  }
  const asked = await Promise.all(Array.from({ length: 29 }, () => renderings.get('a', make)))
  expect(new Set(asked).size).toBe(1)
  await renderings.get('a', make)
  expect(made).toBe(1)
})

test('keeps so many bytes, and of these what was asked for last', async () => {
  const renderings = createRenderings({ maxBytes: 100, atOnce: 2 })
  const made: string[] = []
  const get = (key: string, size = 40) =>
    renderings.get(key, async () => {
      made.push(key)
      return Buffer.alloc(size)
    })
  for (const key of ['a', 'b', 'a', 'c', 'a', 'b']) await get(key)
  expect(made).toEqual(['a', 'b', 'c', 'b'])
  await get('huge', 101)
  await get('huge', 101)
  expect(made.filter((key) => key === 'huge')).toHaveLength(2)
  await get('a')
  expect(made.filter((key) => key === 'a')).toHaveLength(1)
})

test('makes so many at once, and what failed is made again', async () => {
  const renderings = createRenderings({ maxBytes: 100, atOnce: 2 })
  let running = 0
  let most = 0
  const make = async () => {
    most = Math.max(most, ++running)
    await settled()
    running--
    return Buffer.from('x')
  }
  await Promise.all(['a', 'b', 'c', 'd', 'e'].map((key) => renderings.get(key, make)))
  expect(most).toBe(2)
  await expect(renderings.get('f', () => Promise.reject(new Error('no ink')))).rejects.toThrow('no ink')
  expect(await renderings.get('f', make)).toEqual(Buffer.from('x'))
})

test('what nobody waits for any more is not made to the end; what somebody waits for is', async () => {
  const renderings = createRenderings({ maxBytes: 1_000_000, atOnce: 2 })
  const [ada, bob] = [new AbortController(), new AbortController()]
  let pages = 0
  const make = async (signal: AbortSignal) => {
    for (pages = 0; pages < 20; pages++) {
      await setTimeout(5)
      signal.throwIfAborted()
    }
    return Buffer.from('whole')
  }
  const both = [renderings.get('a', make, ada.signal), renderings.get('a', make, bob.signal)]
  await setTimeout(20)
  ada.abort()
  expect(await Promise.all(both)).toEqual([Buffer.from('whole'), Buffer.from('whole')])
  const alone = new AbortController()
  const lost = renderings.get('b', make, alone.signal)
  await setTimeout(20)
  alone.abort()
  await expect(lost).rejects.toMatchObject({ name: 'AbortError' })
  expect(pages).toBeLessThan(20)
  expect(await renderings.get('b', make)).toEqual(Buffer.from('whole'))
})

test('what waits for its turn is not begun once its caller has gone', async () => {
  const renderings = createRenderings({ maxBytes: 100, atOnce: 1 })
  const gone = new AbortController()
  let begun = 0
  const first = renderings.get('a', async () => {
    await settled()
    return Buffer.from('x')
  })
  const others = ['b', 'c'].map((key) =>
    renderings.get(key, async () => Buffer.from(String(++begun)), gone.signal).catch((error: Error) => error.name),
  )
  gone.abort()
  await first
  expect(await Promise.all(others)).toEqual(['AbortError', 'AbortError'])
  expect(begun).toBe(0)
})
