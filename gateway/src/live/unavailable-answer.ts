import type { Answered } from './start-operation.ts'

const message = 'Too busy right now: try again in a moment.'

/** What is said to one operation too many. */
export const unavailableAnswer: Answered = {
  status: 503,
  headers: [['retry-after', '1']],
  text: JSON.stringify({ errors: [{ message, extensions: { code: 'UNAVAILABLE' } }] }),
}
