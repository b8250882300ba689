import { accessSync, chmodSync, constants, existsSync, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { StartError } from './start-error.ts'

/**
 * Creates the folder of everything that is kept between runs, accessible to the current user only: it contains mails with codes and
 * tickets, keys and logs. @throws {StartError} when it belongs to another user
 */
export function makeStateFolder(folder: string): void {
  const nearest = existsSync(folder) ? folder : dirname(folder)
  try {
    accessSync(nearest, constants.W_OK | constants.X_OK)
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    chmodSync(folder, isSharedWithPostgres() ? 0o711 : 0o700)
  } catch (error) {
    throw new StartError(
      `You cannot write to ${nearest} (${(error as Error).message}). It was created by another user: run as that user, or take ownership with chown -R.`,
    )
  }
}

/** Without /proc, the user that runs Postgres for root needs access to the folder. */
function isSharedWithPostgres(): boolean {
  return process.geteuid?.() === 0 && !existsSync('/proc/self/cwd')
}
