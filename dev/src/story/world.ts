import { decimalOf, type Money } from '@tikitu/kit/base/money'

/** Where the story takes place, and who listens. */
export interface World {
  graphUrl: string
  mailboxUrl: string
  /** Makes names and addresses of this telling its own, so that it can be told again. */
  unique: string
  /** The demo admin's password. */
  adminPassword: string
  /** Called after each step, with what came of it. */
  tell: (step: string, result: string) => void
}

/** The password of everybody who is made up for a story. */
export const storyPassword = 'Tikitu-story-1'

/** Stops the story where a promise was not kept. */
export function expectThat(isSo: boolean, promise: string): asserts isSo {
  if (!isSo) throw new Error(`The promise was not kept: ${promise}.`)
}

/** An amount, readable: `EUR 59.50`. */
export function readable(amount: Money): string {
  return `${amount.currency} ${decimalOf(amount)}`
}
