import { setTimeout as pause } from 'node:timers/promises'
import { TikituError } from '@tikitu/client'
import type { Person } from '../story/person.ts'

/** How long, and how often, somebody asks again. */
export interface Patience {
  patienceMs: number
  firstPauseMs: number
}

const normal: Patience = { patienceMs: 180_000, firstPauseMs: 250 }

/** Codes that say "not now": a service starts, is overloaded, or has just been started again. */
const notNow: ReadonlySet<string> = new Set([
  'UNREACHABLE',
  'TIMEOUT',
  'UNAVAILABLE',
  'INTERNAL_SERVER_ERROR',
  'TOO_MANY_ATTEMPTS',
])

/**
 * What `act` gives, which is done again, with growing pauses, for as long as the platform does not answer. Only for what may be
 * done twice: an answer that did not come may have been a success. Refusals are thrown at once.
 */
export async function patiently<T>(act: () => Promise<T>, patience: Patience = normal): Promise<T> {
  const deadline = Date.now() + patience.patienceMs
  for (let pauseMs = patience.firstPauseMs; ; pauseMs = Math.min(pauseMs * 2, 5_000)) {
    try {
      return await act()
    } catch (error) {
      if (!isNotNow(error) || Date.now() + pauseMs > deadline) throw error
      await pause(pauseMs)
    }
  }
}

/** The same person, who asks again for as long as the platform does not answer. */
export function patient(person: Person, patience: Patience = normal): Person {
  return {
    ...person,
    run: (operation, ...variables) => patiently(() => person.run(operation, ...variables), patience),
  }
}

function isNotNow(error: unknown): boolean {
  return error instanceof TikituError && (notNow.has(error.code) || error.status >= 500)
}
