import { expect, test } from 'vitest'
import { passwordProblems } from './password-rule.ts'

test.each([
  ['Correct-horse-7', []],
  ['Größe-123', []],
  ['Ab1', ['it needs at least 8 characters']],
  ['correct-horse-7', ['it needs an upper-case letter']],
  ['CORRECT-HORSE-7', ['it needs a lower-case letter']],
  ['Correct-horse', ['it needs a digit']],
  [' Correct-horse-7', ['it must not start or end with a space']],
  ['X1-Ada@Example.org', ['it must not contain the e-mail address']],
  [`Aa1${'x'.repeat(254)}`, ['it must have at most 256 characters']],
])('of %s it says what is wrong', (password, problems) => {
  expect(passwordProblems(password, 'ada@example.org')).toEqual(problems)
})
