import { expect, test } from 'vitest'
import { ExactNumber, isExact, parseExact } from './exact-json.ts'

test.each([
  '[9007199254740993]',
  '{"a":-9223372036854775808,"b":{"c":[18446744073709551615]}}',
  '[0.12345678901234567890123]',
  '[1e400,-1e400,1e-400]',
  '{"__proto__":9007199254740993,"constructor":1}',
])('%s survives parsing and serializing', (text) => {
  expect(JSON.stringify(parseExact(text))).toBe(text)
})

test.each([
  '1',
  '1.50',
  '-0.0',
  '1e3',
  '9007199254740991',
  '0.30000000000000004',
  '100000000000000000000',
  '1E+2',
  '5e-324',
])('%s becomes a plain number', (text) => {
  expect(parseExact(`[${text}]`)).toEqual([Number(text)])
  expect(isExact(text)).toBe(true)
})

test('strings that look like long numbers stay strings', () => {
  expect(parseExact('["9007199254740993", 1, {"n": 9007199254740993}]')).toEqual([
    '9007199254740993',
    1,
    { n: new ExactNumber('9007199254740993') },
  ])
})

test('invalid JSON throws a SyntaxError', () => {
  expect(() => parseExact('[90071992547409931,]')).toThrow(SyntaxError)
})
