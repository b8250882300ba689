import { Unavailable } from '@tikitu/kit/base/errors'

/** Others took, in the same instant, the places that were chosen. There may be more. */
export class Raced extends Error {
  override readonly name = 'Raced'
}

/** How to choose in one attempt. */
export interface Attempt {
  /** 0 for the first. */
  index: number
  /** Wait for places that others are about to take, instead of passing them over: they may yet let go of them. */
  isPatient: boolean
}

const maxAttempts = 16
const hastyAttempts = 6

/**
 * Runs `act`, which chooses and takes places in a transaction of its own, until it is not raced. The first attempts pass
 * over what others have in their hands; the later ones wait for it, so that a house with room is never refused.
 * @throws {Unavailable} when it was raced every time
 */
export async function retryRaced<T>(act: (attempt: Attempt) => Promise<T>): Promise<T> {
  for (let index = 0; index < maxAttempts; index++) {
    try {
      return await act({ index, isPatient: index >= hastyAttempts })
    } catch (error) {
      if (!(error instanceof Raced)) throw error
    }
  }
  throw new Unavailable('Many people are choosing seats right now. Please try again.')
}
