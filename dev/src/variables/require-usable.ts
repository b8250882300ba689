import type { Settings } from '../stack/settings.ts'
import { StartError } from '../stack/start-error.ts'
import { findMistakes } from './find-mistakes.ts'
import { findUnreachable } from './find-unreachable.ts'

/** Checks that a stack can start with these variables. @throws {StartError} that lists all mistakes */
export async function requireUsable(settings: Settings): Promise<void> {
  const mistakes = findMistakes(settings)
  const isFormWrong = mistakes.some((line) => line.includes('_DATABASE_URL: is not a database URL'))
  const unreachable = isFormWrong ? [] : await findUnreachable(settings)
  report([...mistakes, ...unreachable])
}

/** Like `requireUsable`, without connecting to the databases. @throws {StartError} */
export function requireValid(settings: Settings): void {
  report(findMistakes(settings))
}

function report(mistakes: readonly string[]): void {
  if (mistakes.length === 0) return
  const what = mistakes.length === 1 ? 'This variable is' : 'These variables are'
  throw new StartError(
    `${what} invalid:\n${mistakes.map((line) => `  ${line}`).join('\n')}\nNothing was started. Set them in the shell or in .env; see .env.example.`,
  )
}
