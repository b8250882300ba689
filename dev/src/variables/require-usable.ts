import type { Settings } from '../settings.ts'
import { StartError } from '../start-error.ts'
import { findMistakes } from './find-mistakes.ts'
import { findUnreachable } from './find-unreachable.ts'

/** Makes sure that a stack can start with these variables. @throws {StartError} that names all that are wrong, at once */
export async function requireUsable(settings: Settings): Promise<void> {
  const mistakes = findMistakes(settings)
  const isFormWrong = mistakes.some((line) => line.includes('_DATABASE_URL: is no address'))
  const unreachable = isFormWrong ? [] : await findUnreachable(settings)
  report([...mistakes, ...unreachable])
}

/** As `requireUsable`, for what uses a stack that runs already: without a look at the databases. @throws {StartError} */
export function requireReadable(settings: Settings): void {
  report(findMistakes(settings))
}

function report(mistakes: readonly string[]): void {
  if (mistakes.length === 0) return
  const what = mistakes.length === 1 ? 'This variable is' : 'These variables are'
  throw new StartError(
    `${what} not usable:\n${mistakes.map((line) => `  ${line}`).join('\n')}\nNothing was started. Set them in the shell or in .env; .env.example describes each.`,
  )
}
