import { TikituError } from '@tikitu/client'

/** The response; null when the object is already past this step, as after an interrupted run. */
export async function skipIfDone<T>(response: Promise<T>): Promise<T | null> {
  try {
    return await response
  } catch (error) {
    if (error instanceof TikituError && error.code === 'INVALID_STATE') return null
    throw error
  }
}
