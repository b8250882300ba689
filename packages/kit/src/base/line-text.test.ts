import { expect, test } from 'vitest'
import { lineProblem, looksLikeAddress, visualForm } from './line-text.ts'
import { line, ownName, validateInput } from './validate-input.ts'

test.each([
  ['Ada Lovelace'],
  ["Sinéad O'Connor-Ní"],
  ['Nguye\u0302\u0303n'],
  ['\u0646\u06cc\u200c\u0644\u0648\u0641\u0631'],
  ['\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645'],
  ['\u0915\u094d\u200d\u0937'],
  ['\u0dc1\u0dca\u200d\u0dbb\u0dd3 Lanka'],
  ['\u0d28\u0d4d\u200d'],
  ['\u05d0\u05d3\u05d4'],
  ['山田　太郎'],
  ['Family 👨‍👩‍👧‍👦 day'],
  ['👩🏽‍🚀'],
  ['❤️ Club'],
  ['🏳️‍🌈 Pride'],
  ['🏴󠁧󠁢󠁳󠁣󠁴󠁿 Night'],
  ['1️⃣ Floor'],
])('takes a name as people write it: %s', (name) => {
  expect(lineProblem(name)).toBeNull()
})

test.each([
  ['a line feed', 'Evil\nBcc: x'],
  ['a carriage return', 'Evil\rx'],
  ['a line separator', 'a\u2028b'],
  ['a paragraph separator', 'a\u2029b'],
  ['a next line', 'a\u0085b'],
  ['a tab', 'a\tb'],
  ['an escape', 'a\u001bb'],
  ['a right-to-left override', 'a\u202eb'],
  ['an isolate', 'a\u2066b\u2069'],
  ['a direction mark', 'a\u200fb'],
  ['an Arabic letter mark', 'a\u061cb'],
  ['a zero width space', '1\u200b'],
  ['a word joiner', 'a\u2060b'],
  ['a byte order mark inside', 'a\ufeffb'],
  ['a soft hyphen', 'a\u00adb'],
  ['a joiner between Latin letters', 'a\u200db'],
  ['a non-joiner behind a digit', '1\u200c'],
  ['two joiners', '\u0645\u06cc\u200c\u200c\u062e'],
  ['a joiner at the end of an Arabic word', '\u0645\u06cc\u200c'],
  ['a variation selector behind a letter', 'a\ufe0fb'],
  ['a variation selector behind a digit', '1\ufe0f'],
  ['a tag', 'a\u{e0041}'],
  ['a Hangul filler', '\u3164'],
  ['a halfwidth filler', 'a\uffa0'],
  ['a grapheme joiner', 'a\u034fb'],
  ['a blank of Braille', '\u2800'],
  ['an annotation', 'a\ufff9b'],
  ['private use', 'a\ue000b'],
  ['half a character', 'a\ud800b'],
  ['no character at all', 'a\ufffeb'],
])('refuses %s', (_what, name) => {
  expect(lineProblem(name)).toMatch(/single line/)
  expect(() => validateInput(line(100), name)).toThrow('single line')
})

test.each([
  ['1', '1\u200b'],
  ['Stalls', 'ＳＴＡＬＬＳ'],
  ['Row  A', ' row\u00a0a '],
  ['é', 'e\u0301'],
  ['straße', 'STRASSE'],
  ['\u0645\u06cc\u062e', '\u0645\u06cc\u200c\u062e'],
  ['A', 'a\u3164'],
])('takes "%s" and "%s" for alike', (one, other) => {
  expect(visualForm(one)).toBe(visualForm(other))
})

test('keeps names apart that look different', () => {
  expect(new Set(['1', 'l', 'Row 1', 'Row 11', 'é', 'e'].map(visualForm)).size).toBe(6)
})

test.each([
  'Tikitu security: your account is locked, open https://tikitu-login.example/a now',
  'www.evil.example',
  'evil.com',
  'Go to Evil.Shop/now',
  'x.co',
  'evil．com',
  'evil。com',
  'evil\u200b.com',
  'пример.рф',
  'evil.xn--p1ai',
  'a@b.example',
  'help＠tikitu.example',
  '192.168.0.1',
  'mailto:x',
])('knows an address in the name "%s"', (name) => {
  expect(looksLikeAddress(name)).toBe(true)
  expect(() => validateInput(ownName(100), name)).toThrow('input: must')
})

test.each([
  'Globe Theatre Ltd.',
  'St. Pauli',
  'J.R.R. Tolkien',
  'А.С.Пушкин',
  'Dr. No',
  'AC/DC',
  'No. 1',
  'Version 2.0',
  'M.I.A.',
  'Salt & Pepper @ Night',
  'Mr. Big…and friends',
])('knows no address in the name "%s"', (name) => {
  expect(looksLikeAddress(name)).toBe(false)
})
