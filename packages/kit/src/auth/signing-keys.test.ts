import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import {
  generateServiceKeys,
  loadServiceKeys,
  localKeys,
  signClaims,
  signDetached,
  verifyClaims,
  verifyDetached,
} from './signing-keys.ts'

const now = new Date('2027-03-01T10:00:00Z')
const booking = await generateServiceKeys('booking')
const other = await generateServiceKeys('booking')
const seconds = (offset: number) => Math.floor(now.getTime() / 1000) + offset
const expected = { issuer: 'booking', typ: 'quote+jwt', now }

test('verifies what it signed', async () => {
  const token = await signClaims(booking, { typ: 'quote+jwt', claims: { total: 5, exp: seconds(60) }, now })
  expect(await verifyClaims(token, localKeys(booking.jwks), expected)).toMatchObject({ total: 5, iss: 'booking' })
})

test.each([
  ['another key', { keys: other }],
  ['another purpose', { typ: 'ticket+jwt' }],
  ['an expired one', { exp: seconds(-6) }],
])(
  'refuses %s',
  async (_what, {
    keys = booking,
    typ = 'quote+jwt',
    exp = seconds(60),
  }: { keys?: typeof booking; typ?: string; exp?: number }) => {
    const token = await signClaims(keys, { typ, claims: { exp }, now })
    await expect(verifyClaims(token, localKeys(booking.jwks), expected)).rejects.toThrow()
  },
)

test('refuses another issuer under a good key', async () => {
  const token = await signClaims({ ...booking, service: 'payment' }, { typ: 'quote+jwt', claims: {}, now })
  await expect(verifyClaims(token, localKeys(booking.jwks), expected)).rejects.toThrow()
})

test('signs bytes without carrying them, and refuses one byte more', async () => {
  const signature = await signDetached(booking, '{"a":"é"}')
  await verifyDetached(signature, '{"a":"é"}', localKeys(booking.jwks))
  await expect(verifyDetached(signature, '{"a":"é"} ', localKeys(booking.jwks))).rejects.toThrow()
  await expect(verifyDetached('garbage', '{}', localKeys(booking.jwks))).rejects.toThrow()
})

test('publishes no private half', () => {
  expect(JSON.stringify(booking.jwks)).not.toContain('"d"')
})

test('makes a key once, keeps it for nobody else to read, and finds it again', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tikitu-keys-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const file = join(folder, 'deep', 'booking.json')
  await expect(loadServiceKeys('booking', file, false)).rejects.toThrow(
    /^BOOKING_SERVICE_KEY_FILE: the key file .* cannot be used: the file does not exist\.$/,
  )
  const made = await loadServiceKeys('booking', file, true)
  const found = await loadServiceKeys('booking', file, false)
  expect(found.kid).toBe(made.kid)
  expect((await stat(file)).mode & 0o777).toBe(0o600)
  expect(await readFile(file, 'utf8')).toContain('"d"')
})
