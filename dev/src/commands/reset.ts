import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { removeRecordedFolder } from '@tikitu/kit/embedded-postgres/programs-for-account'
import { postgresDirectory, programsNote } from '../embedded/postgres-files.ts'
import { releasePostgresLock } from '../embedded/postgres-lock.ts'
import { root } from '../stack/repository.ts'
import { runningPid } from '../stack/run-record.ts'

const stateDir = join(root, '.tikitu')
const pid = runningPid(stateDir)
if (pid) {
  console.error(`Tikitu is running (process ${pid}). Stop it first: Ctrl-C in its terminal, or kill ${pid}.`)
  process.exit(1)
}
const directory = postgresDirectory(stateDir)
await releasePostgresLock(directory)
removeRecordedFolder(programsNote(directory))
rmSync(stateDir, { recursive: true, force: true })
console.log('Cleared. The next npm start sets everything up again.')
