import { accessSync, chmodSync, constants, existsSync, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { StartError } from './start-error.ts'

/**
 * Makes the folder of everything that outlasts a run, for whoever runs it alone: mails with codes and tickets, keys and logs are in it.
 * @throws {StartError} when it belongs to somebody else
 */
export function makeStateFolder(folder: string): void {
  const nearest = existsSync(folder) ? folder : dirname(folder)
  try {
    accessSync(nearest, constants.W_OK | constants.X_OK)
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    chmodSync(folder, isSharedWithPostgres() ? 0o711 : 0o700)
  } catch (error) {
    throw new StartError(
      `${nearest} cannot be written to by you (${(error as Error).message}). It was made by another user: run as that one, or give it to yourself with chown -R.`,
    )
  }
}

/** Where there is no /proc, the user who stands in for root in running Postgres needs a way into the folder. */
function isSharedWithPostgres(): boolean {
  return process.geteuid?.() === 0 && !existsSync('/proc/self/cwd')
}
