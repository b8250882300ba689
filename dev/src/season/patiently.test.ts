import { GraphRequestFailed } from '@tikitu/client'
import { expect, test } from 'vitest'
import { patiently } from './patiently.ts'

const failed = (code: string, status = 200) =>
  new GraphRequestFailed({ status, errors: [{ message: code, extensions: { code } }], requestId: null })
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
  const timeUp = new DOMException('The operation was aborted due to timeout', 'TimeoutError')
  const errors = [
    failed('UNAVAILABLE'),
    failed('UNKNOWN', 503),
    failed('UNREACHABLE', 0),
    timeUp,
    new TypeError('fetch failed'),
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
