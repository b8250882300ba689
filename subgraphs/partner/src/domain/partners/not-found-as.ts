import { NotFound } from '@tikitu/kit/base/errors'

/** What `work` gives. When it says that the partner behind an object does not exist, the object itself does not exist. */
export async function notFoundAs<T>(what: string, id: string, work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    throw error instanceof NotFound ? new NotFound(what, id) : error
  }
}
