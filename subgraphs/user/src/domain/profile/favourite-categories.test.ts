import { expect, test } from 'vitest'
import { favouriteCategories } from './favourite-categories.ts'

test('reads what was stored in small letters, and leaves out what names no category', () => {
  expect(favouriteCategories(['theatre', 'stand-up', 'CONCERT', 'Theatre'])).toEqual(['THEATRE', 'CONCERT'])
})
