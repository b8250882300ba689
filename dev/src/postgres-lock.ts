import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { endProcess, isProcessOf } from './processes.ts'

/**
 * Makes a data directory free for a new server. After a crash its lock file may name a server that nobody looks after
 * (it is shut down), or a process that is gone or is another program by now (Postgres would refuse to start).
 */
export async function releasePostgresLock(directory: string): Promise<void> {
  const lock = join(directory, 'postmaster.pid')
  if (!existsSync(lock)) return
  const pid = Number.parseInt(readFileSync(lock, 'utf8'), 10)
  if (isProcessOf(pid, directory)) await endProcess(pid, 'SIGINT')
  rmSync(lock, { force: true })
}
