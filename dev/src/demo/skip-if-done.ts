import { TikituError } from '@tikitu/client'

/** What the mutation did; null when the object is already past this step, as after an interrupted run. */
export async function skipIfDone<T>(mutation: Promise<T>): Promise<T | null> {
  try {
    return await mutation
  } catch (error) {
    if (error instanceof TikituError && error.code === 'INVALID_STATE') return null
    throw error
  }
}
