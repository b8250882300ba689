import { createHmac, randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { createHmacSha256 } from './hmac.ts'

const texts = [
  '',
  'a',
  '"@method": POST\n'.repeat(60),
  'Ayu ✓ 舞 é',
  '舞'.repeat(3_000),
  'a'.repeat(10_000),
  'short again',
]

test.each([0, 1, 31, 32, 63, 64, 65, 200])("is Node's, with a key of %i bytes, whatever came before", (length) => {
  const secret = randomBytes(length)
  const hmac = createHmacSha256(secret)
  for (const text of texts)
    for (const encoding of ['base64', 'base64url'] as const)
      expect(hmac(text, encoding)).toBe(createHmac('sha256', secret).update(text).digest(encoding))
})

test('gives the values of RFC 4231', () => {
  const hex = (secret: Uint8Array, text: string) =>
    Buffer.from(createHmacSha256(secret)(text, 'base64'), 'base64').toString('hex')
  expect(hex(Buffer.alloc(20, 0x0b), 'Hi There')).toBe(
    'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7',
  )
  expect(hex(Buffer.alloc(131, 0xaa), 'Test Using Larger Than Block-Size Key - Hash Key First')).toBe(
    '60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54',
  )
})
