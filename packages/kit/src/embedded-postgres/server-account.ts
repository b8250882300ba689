import { execFileSync } from 'node:child_process'
import { statSync } from 'node:fs'
import { userInfo } from 'node:os'

/** A user of this machine by its numbers. */
export interface Account {
  uid: number
  gid: number
  name: string
}

/** Whether this process runs as root, as whom Postgres refuses to run. */
export function isRoot(): boolean {
  return process.geteuid?.() === 0
}

/** Whether the system has a name for the user who runs this process: without one, Postgres makes no files. */
export function hasName(): boolean {
  try {
    return userInfo().username !== ''
  } catch {
    return false
  }
}

/** As whom root may run the server of this data folder, the best first: who owns its files, `postgres`, `nobody`. */
export function accountsFor(directory: string): Account[] {
  const found = [ownerOf(directory), accountNamed('postgres'), accountNamed('nobody')].filter((account) => !!account)
  return found.filter(({ uid }, index) => uid !== 0 && found.findIndex((other) => other.uid === uid) === index)
}

/** The numbers of a user whom this system knows by name. */
export function accountNamed(name: string): Account | null {
  try {
    const [uid = 0, gid = 0] = ['-u', '-g'].map((flag) =>
      Number(execFileSync('id', [flag, name], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })),
    )
    return { uid, gid, name }
  } catch {
    return null
  }
}

function ownerOf(directory: string): Account | null {
  const found = statSync(directory, { throwIfNoEntry: false })
  return found ? { uid: found.uid, gid: found.gid, name: `the owner of ${directory} (${found.uid})` } : null
}
