import { expect, test } from 'vitest'
import { isId, newId } from './ids.ts'

test('ids made later sort later, and no two are alike, however many are made', () => {
  const ids = Array.from({ length: 5_000 }, () => newId('bkg'))
  expect(ids.toSorted()).toEqual(ids)
  expect(new Set(ids).size).toBe(ids.length)
  expect(ids.every((id) => isId('bkg', id))).toBe(true)
  // Of the last 32 bits, which are nothing but chance: none comes again, and none is zero.
  const chances = new Set(ids.map((id) => id.slice(-6)))
  expect(chances.size).toBeGreaterThan(4_980)
  expect(chances).not.toContain('000000')
})
