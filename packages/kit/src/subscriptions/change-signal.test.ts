import { expect, test } from 'vitest'
import { createChangeSignal } from './change-signal.ts'

test('wakes at first, then once for any number of changes', async () => {
  const wake = createChangeSignal()
  expect(await wake.wait()).toBe(true)
  for (let i = 0; i < 1_000; i++) wake.set()
  expect(await wake.wait()).toBe(true)
  const next = wake.wait()
  expect(await Promise.race([next, Promise.resolve('asleep')])).toBe('asleep')
  wake.set()
  expect(await next).toBe(true)
})

test('misses no change that comes while its reader is at work', async () => {
  const wake = createChangeSignal()
  await wake.wait()
  wake.set()
  expect(await wake.wait()).toBe(true)
})

test('lets a reader go who waits, and whoever waits later, and cleans up once', async () => {
  let closed = 0
  const wake = createChangeSignal(() => {
    closed += 1
  })
  await wake.wait()
  const waiting = wake.wait()
  wake.close()
  wake.close()
  wake.set()
  expect(await waiting).toBe(false)
  expect(await wake.wait()).toBe(false)
  expect(closed).toBe(1)
})

test('lets a reader go with the reason it broke', async () => {
  const wake = createChangeSignal()
  await wake.wait()
  const waiting = wake.wait()
  wake.break(new Error('gone'))
  await expect(waiting).rejects.toThrow('gone')
  await expect(wake.wait()).rejects.toThrow('gone')
})
