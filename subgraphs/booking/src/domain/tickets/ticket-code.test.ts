import { readFileSync } from 'node:fs'
import { base32nopad } from '@scure/base'
import { generateServiceKeys } from '@tikitu/kit/auth/signing-keys'
import { idFromBytes, newId } from '@tikitu/kit/base/ids'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { jwsCode } from '../../../test/old-ticket-code.ts'
import { readTicketCode, signTicketCode } from './ticket-code.ts'

const keys = await generateServiceKeys('booking')
const claims = { ticketId: newId('tkt'), performanceId: newId('prf'), serial: 1 }
const code = await signTicketCode({ keys }, claims)

test('a code is 165 signs that a QR writes in its alphanumeric mode, and says what was signed', async () => {
  expect(code).toMatch(/^[A-Z2-7]{165}$/)
  expect(await readTicketCode({ keys }, code)).toEqual(claims)
  expect(await readTicketCode({ keys }, ` ${code.toLowerCase()}\n`)).toEqual(claims)
  const late = { ...claims, serial: 65_535 }
  expect(await readTicketCode({ keys }, await signTicketCode({ keys }, late))).toEqual(late)
})

test('what an older key signed is still read after a rotation, by either form', async () => {
  const next = await generateServiceKeys('booking')
  const rotated = { ...next, jwks: { keys: [...next.jwks.keys, ...keys.jwks.keys] } }
  expect(await readTicketCode({ keys: rotated }, code)).toEqual(claims)
  expect(await readTicketCode({ keys: rotated }, await signTicketCode({ keys: rotated }, claims))).toEqual(claims)
  expect(await readTicketCode({ keys: rotated }, await jwsCode(keys, claims))).toEqual(claims)
  expect(await readTicketCode({ keys: next }, code)).toBeNull()
  expect(await readTicketCode({ keys }, await jwsCode(keys, claims, 'quote+jwt'))).toBeNull()
})

test('a code with any one of its bits changed is not genuine', async () => {
  const bytes = base32nopad.decode(code)
  const flips = Array.from({ length: bytes.length * 8 }, (_, bit) =>
    base32nopad.encode(bytes.map((byte, index) => (index === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte))),
  )
  const read = await Promise.all(flips.map((flipped) => readTicketCode({ keys }, flipped)))
  expect(read.filter((each) => each !== null)).toEqual([])
})

test('rejects any text that is not a genuine code, without throwing', async () => {
  const near = fc
    .tuple(fc.nat(code.length), fc.nat(8), fc.string({ unit: 'binary', maxLength: 8 }))
    .map(([at, cut, text]) => code.slice(0, at) + text + code.slice(at + cut))
    .filter((text) => text.trim().toUpperCase() !== code)
  const base32 = fc.uint8Array({ minLength: 90, maxLength: 110 }).map((bytes) => base32nopad.encode(bytes))
  const dotted = fc.array(fc.string({ maxLength: 40 }), { maxLength: 5 }).map((parts) => parts.join('.'))
  const texts = fc.oneof(fc.string({ unit: 'binary', maxLength: 400 }), near, base32, dotted)
  await fc.assert(
    fc.asyncProperty(texts, async (text) => {
      expect(await readTicketCode({ keys }, text)).toBeNull()
    }),
    { numRuns: 200 },
  )
})

test('the example in the documentation verifies its own code, as the door does', async () => {
  const page = readFileSync(new URL('../../../../../docs/ticket-codes.md', import.meta.url), 'utf8')
  const [, example = ''] = /```js\n([\s\S]*?)```/.exec(page) ?? []
  const [, vector = ''] = /```json\n([\s\S]*?)```/.exec(page) ?? []
  const { key, code: shown, ...said } = JSON.parse(vector)
  const jwks = { keys: [...keys.jwks.keys, key] }
  const body = example.replace(/^import .*$/m, '').replace('export async function', 'return async function')
  const verifyTicket = new Function('TypeID', body)({ fromUUIDBytes: idFromBytes })
  expect(await verifyTicket(shown, jwks)).toEqual(said)
  expect(await verifyTicket(code, jwks)).toEqual(claims)
  expect(await verifyTicket(`${shown.slice(0, 90)}A${shown.slice(91)}`, jwks)).toBeNull()
  expect(await verifyTicket('hello', jwks)).toBeNull()
  expect(await readTicketCode({ keys: { ...keys, jwks } }, shown)).toEqual(said)
})
