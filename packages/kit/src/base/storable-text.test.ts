import { expect, test } from 'vitest'
import { findInvalidText } from './storable-text.ts'

test('finds null bytes and halves of characters, wherever they are', () => {
  expect(findInvalidText({ input: { names: ['Ada', 'B\u0000b'] } })).toBe('input.names.1')
  expect(findInvalidText({ input: { a: 1, name: '\ud83d' } })).toBe('input.name')
  expect(findInvalidText({ input: { document: { '\u0000': 1 } } })).toBe('input.document')
})

test('lets every other text pass', () => {
  expect(findInvalidText({ a: '💺 é \n\t\u0001', b: [null, 1, true, { c: '' }] })).toBeNull()
  expect(findInvalidText(undefined)).toBeNull()
})

test('does not mind how deep or wide a value is', () => {
  expect(findInvalidText({ wide: Array.from({ length: 500_000 }, () => 1) })).toBeNull()
  let nested: unknown = '\u0000'
  for (let depth = 0; depth < 50_000; depth++) nested = [nested]
  expect(findInvalidText({ nested })).toMatch(/^nested/)
})
