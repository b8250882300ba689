import { TikituError } from '@tikitu/client'

/** The answer; null when the object is past that step already, as it is when an interrupted run is taken up again. */
export async function unlessDone<T>(answer: Promise<T>): Promise<T | null> {
  try {
    return await answer
  } catch (error) {
    if (error instanceof TikituError && error.code === 'INVALID_STATE') return null
    throw error
  }
}
