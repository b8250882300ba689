import { GraphQLError } from 'graphql'
import type { Log } from '../base/log.ts'

/**
 * Logs what fails in a field after its response was decided. graphql-js 16 leaves a list when an item fails at once; what an
 * earlier item waits for may fail later, nobody handles that rejection, and Node would end the process. Every other unhandled
 * rejection still ends it.
 */
export function ignoreLateFieldErrors(log: Log): void {
  process.on('unhandledRejection', (reason) => {
    if (!(reason instanceof GraphQLError && reason.path)) throw reason
    log.error(
      { err: reason.originalError ?? reason, path: reason.path },
      'a field failed after its response was decided',
    )
  })
}
