import { StartError } from '../stack/start-error.ts'

/** Prints why a command failed and exits with 1: the message of a `StartError`, or the stack of an unexpected error. */
export function exitWithError(error: unknown): never {
  console.error(error instanceof StartError ? error.message : error)
  process.exit(1)
}
