import { GraphQLError } from 'graphql'
import type { Log } from '../base/log.ts'

/**
 * Logs errors of fields after their response is complete. graphql-js 16 abandons a list when an item fails synchronously; a pending
 * earlier item may then reject unhandled, which would end the process. Every other unhandled rejection still ends it.
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
