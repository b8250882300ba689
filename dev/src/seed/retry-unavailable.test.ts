import { Refused, TikituError } from '@tikitu/client'
import { expect, test } from 'vitest'
import { retryUnavailable } from './retry-unavailable.ts'

const failed = (code: string, status = 200) => new TikituError(code, { code, status })
const quick = { timeoutMs: 2_000, firstDelayMs: 1 }

/** Fails with each of these, then succeeds. */
function failing(...errors: unknown[]) {
  const left = [...errors]
  return async () => {
    if (left.length > 0) throw left.shift()
    return 'done'
  }
}

test('retries transient failures', async () => {
  const errors = [
    failed('UNAVAILABLE'),
    failed('INVALID_RESPONSE', 503),
    failed('UNREACHABLE', 0),
    failed('TIMEOUT', 0),
    new Refused({ __typename: 'TooManyAttempts', code: 'TOO_MANY_ATTEMPTS', message: 'Wait a minute.' }),
  ]
  expect(await retryUnavailable(failing(...errors), quick)).toBe('done')
})

test('throws a refusal at once', async () => {
  const refusal = { __typename: 'SlugTaken', code: 'SLUG_TAKEN', message: 'Choose another slug.' }
  await expect(retryUnavailable(failing(new Refused(refusal)), quick)).rejects.toMatchObject({ code: 'SLUG_TAKEN' })
  await expect(retryUnavailable(failing(failed('FORBIDDEN')), quick)).rejects.toThrow('FORBIDDEN')
  await expect(retryUnavailable(failing(new TypeError('x is not a function')), quick)).rejects.toThrow(
    'x is not a function',
  )
})

test('throws the last failure after the timeout', async () => {
  const act = async () => {
    throw failed('UNAVAILABLE')
  }
  await expect(retryUnavailable(act, { timeoutMs: 20, firstDelayMs: 5 })).rejects.toThrow('UNAVAILABLE')
})
