import { TikituError } from '@tikitu/client'
import { expect, test } from 'vitest'
import { patiently } from './patiently.ts'

const failed = (code: string, status = 200) => new TikituError(code, { code, status })
const quick = { patienceMs: 2_000, firstPauseMs: 1 }

/** Fails with each of these, then succeeds. */
function failing(...errors: unknown[]) {
  const left = [...errors]
  return async () => {
    if (left.length > 0) throw left.shift()
    return 'done'
  }
}

test('goes on through everything that says "not now"', async () => {
  const errors = [
    failed('UNAVAILABLE'),
    failed('INVALID_RESPONSE', 503),
    failed('UNREACHABLE', 0),
    failed('TIMEOUT', 0),
  ]
  expect(await patiently(failing(...errors), quick)).toBe('done')
})

test('throws a refusal at once', async () => {
  await expect(patiently(failing(failed('SLUG_TAKEN')), quick)).rejects.toThrow('SLUG_TAKEN')
  await expect(patiently(failing(new TypeError('x is not a function')), quick)).rejects.toThrow('x is not a function')
})

test('gives up in the end, with the last reason', async () => {
  const act = async () => {
    throw failed('UNAVAILABLE')
  }
  await expect(patiently(act, { patienceMs: 20, firstPauseMs: 5 })).rejects.toThrow('UNAVAILABLE')
})
