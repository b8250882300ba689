import { expect, test } from 'vitest'
import { preferredLocale } from './preferred-locale.ts'

test.each([
  ['', 'en'],
  ['*', 'en'],
  ['de-CH,de;q=0.9', 'de-CH'],
  ['fr;q=0.4, ID-id;q=0.8, en;q=0.1', 'id-ID'],
  ['fr;q=0, nl', 'nl'],
  ['not_a_tag, pt', 'pt'],
])('of "%s" it likes %s best', (header, locale) => {
  expect(preferredLocale(header)).toBe(locale)
})
