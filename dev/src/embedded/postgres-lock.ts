import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { endProcess, isProcessOf } from '../processes/end-process.ts'

/**
 * Removes a stale lock of a data directory. After a crash the lock file may name an orphaned server, which is shut down, or a process
 * that is gone or another program by now, for which Postgres would refuse to start.
 */
export async function releasePostgresLock(directory: string): Promise<void> {
  const lock = join(directory, 'postmaster.pid')
  if (!existsSync(lock)) return
  const pid = Number.parseInt(readFileSync(lock, 'utf8'), 10)
  if (isProcessOf(pid, directory)) await endProcess(pid, 'SIGINT')
  rmSync(lock, { force: true })
}
