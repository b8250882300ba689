import { NotFound } from '@tikitu/kit/base/errors'

/**
 * The result of `work`. When it does not find the partner of an object, the error says that the object itself does not
 * exist.
 */
export async function notFoundAs<T>(what: string, id: string, work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    throw error instanceof NotFound ? new NotFound(what, id) : error
  }
}
