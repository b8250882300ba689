import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { SignatureRefused, signRequest } from './request-signatures.ts'
import { createUsedNonces } from './used-nonces.ts'
import { anonymous } from './viewer.ts'

const key = { id: 'k1', secret: randomBytes(32) }
const start = new Date('2027-03-01T10:00:00Z')
const after = (seconds: number) => new Date(start.getTime() + seconds * 1000)
const signedAt = (now: Date) => signRequest({ method: 'POST', path: '/graphql', body: '{}' }, anonymous, { key, now })

test('refuses a copy for as long as its signature is good, whichever clock is ahead', () => {
  const nonces = createUsedNonces()
  const [early, late] = [signedAt(after(-30)), signedAt(after(30))]
  for (const request of [early, late]) nonces.take(request, start)
  expect(() => nonces.take(early, start)).toThrow(SignatureRefused)
  for (const seconds of [0, 15, 30, 45, 60]) expect(() => nonces.take(late, after(seconds))).toThrow(SignatureRefused)
})

test('forgets what is stale, and takes nothing more while it is full', () => {
  const nonces = createUsedNonces(2)
  nonces.take(signedAt(start), start)
  nonces.take(signedAt(start), start)
  expect(() => nonces.take(signedAt(start), start)).toThrow(/too many/)
  nonces.take(signedAt(after(60)), after(60))
})

test('takes no request without a nonce', () => {
  expect(() =>
    createUsedNonces().take({ 'signature-input': 'tikitu=("@method");created=1;keyid="k1"' }, start),
  ).toThrow(SignatureRefused)
})
