import { expect, test } from 'vitest'
import { createRecent } from './lru-cache.ts'

test('forgets what was not used for longest, and keeps the rest', () => {
  const recent = createRecent<string, number>(3)
  for (const [key, value] of Object.entries({ one: 1, two: 2, three: 3 })) recent.set(key, value)
  expect(recent.get('one')).toBe(1)
  recent.set('four', 4)
  expect(['one', 'two', 'three', 'four'].map(recent.get)).toEqual([1, undefined, 3, 4])
})

test('a value that is set again takes no second place', () => {
  const recent = createRecent<string, number>(2)
  recent.set('one', 1)
  recent.set('two', 2)
  recent.set('one', 3)
  expect(['one', 'two'].map(recent.get)).toEqual([3, 2])
})
