import fc from 'fast-check'
import { expect, test } from 'vitest'
import { canonicalJson } from './canonical-json.ts'
import { isStorable } from './storable-text.ts'

/** The form that was hashed before RFC 8785 was used: chains and keys written then must still match. */
function formerJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(formerJson).join(',')}]`
  if (value === null || typeof value !== 'object' || value instanceof Date) return JSON.stringify(value) ?? 'null'
  const entries = Object.entries(value).filter(([, field]) => field !== undefined)
  return `{${entries
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, field]) => `${JSON.stringify(name)}:${formerJson(field)}`)
    .join(',')}}`
}

/** What inputs and audited changes consist of: JSON, dates, and fields that are absent. Text that Postgres cannot keep never gets so far. */
const text = fc.string({
  unit: fc.oneof(
    fc.constantFrom('\u2028', '\u0001', '\n', '"', '\\', '\u{1f39f}', '\uffff'),
    fc.string({ unit: 'binary', maxLength: 1 }).filter(isStorable),
  ),
})
const { hashed } = fc.letrec((tie) => ({
  hashed: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    fc.oneof(
      text,
      fc.boolean(),
      fc.constantFrom(null, undefined, -0),
      fc.integer(),
      fc.maxSafeInteger(),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.date(),
    ),
    fc.array(tie('hashed'), { maxLength: 6 }),
    fc.dictionary(fc.oneof(text, fc.nat().map(String)), tie('hashed'), { maxKeys: 8 }),
  ),
}))

test('writes every value as it was written before, so that old hashes still match', () => {
  fc.assert(
    fc.property(fc.dictionary(text, hashed), (value) => {
      expect(canonicalJson(value)).toBe(formerJson(value))
    }),
    { numRuns: 1_000 },
  )
})

test('writes the example of RFC 8785 as the RFC does', () => {
  const example = JSON.parse(
    '{"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],"string":"\\u20ac$\\u000F\\u000aA\'\\u0042\\u0022\\u005c\\\\\\"\\/","literals":[null,true,false]}',
  )
  expect(canonicalJson(example)).toBe(
    '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
  )
})

test('writes equal values as equal text, whatever the order of their keys', () => {
  expect(canonicalJson({ b: [1, { d: null, c: undefined }], a: 'x' })).toBe(
    canonicalJson({ a: 'x', b: [1, { d: null }] }),
  )
  expect(canonicalJson({ a: 1 })).not.toBe(canonicalJson({ a: 2 }))
})
