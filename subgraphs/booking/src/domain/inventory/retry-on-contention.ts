import { Unavailable } from '@tikitu/kit/base/errors'

/** Concurrent buyers took the chosen seats. Others may be available, so the caller retries. */
export class ContentionError extends Error {
  override readonly name = 'ContentionError'
}

/** How one attempt chooses seats. */
export interface Attempt {
  /** From 0. */
  index: number
  /** Whether to wait for seats locked by others instead of skipping them: they may be released. */
  waitsForLocks: boolean
}

const maxAttempts = 16
const skippingAttempts = 6

/**
 * Runs `act`, which chooses and claims seats in its own transaction, until it meets no contention. The first attempts skip
 * locked seats; the later ones wait for them, so that nobody is refused while seats are free.
 * @throws {Unavailable} when every attempt met contention
 */
export async function retryOnContention<T>(act: (attempt: Attempt) => Promise<T>): Promise<T> {
  for (let index = 0; index < maxAttempts; index++) {
    try {
      return await act({ index, waitsForLocks: index >= skippingAttempts })
    } catch (error) {
      if (!(error instanceof ContentionError)) throw error
    }
  }
  throw new Unavailable('Many people are choosing seats right now. Please try again.')
}
