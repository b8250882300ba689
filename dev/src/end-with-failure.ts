import { StartError } from './start-error.ts'

/** Says why a command cannot go on, and ends it with 1: in a sentence when we know the reason, else with the stack. */
export function endWithFailure(error: unknown): never {
  console.error(error instanceof StartError ? error.message : error)
  process.exit(1)
}
