import { TikituError } from '@tikitu/client'

/** The result of a step; null when the object is already past it, as after an interrupted run. */
export async function skipIfDone<T>(result: Promise<T>): Promise<T | null> {
  try {
    return await result
  } catch (error) {
    if (error instanceof TikituError && error.code === 'INVALID_STATE') return null
    throw error
  }
}
