import { decimalOf, type Money } from '@tikitu/kit/base/money'

/** The platform that the demo uses, and the listener for its steps. */
export interface DemoContext {
  graphUrl: string
  mailboxUrl: string
  /** Part of all names and addresses of this run, so that it can be repeated. */
  unique: string
  /** The demo admin's password. */
  adminPassword: string
  /** Called after each step with its result. */
  reportStep: (step: string, result: string) => void
}

/** The password of all users that the demo registers. */
export const demoUserPassword = 'Tikitu-story-1'

/** Fails the demo when an expectation is not met. */
export function verify(isMet: boolean, expectation: string): asserts isMet {
  if (!isMet) throw new Error(`This is not so: ${expectation}.`)
}

/** `EUR 59.50` */
export function formatMoney(amount: Money): string {
  return `${amount.currency} ${decimalOf(amount)}`
}
