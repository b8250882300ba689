import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { packagedPrograms } from './packaged-programs.ts'
import { PostgresFailure } from './postgres-failure.ts'
import {
  copyProgramsTo,
  recordProgramsFolder,
  removeProgramsFolder,
  removeRecordedFolder,
  temporaryFolders,
} from './programs-for-account.ts'
import { type Account, accountNamed, accountsFor, hasName, isRoot } from './server-account.ts'

/** The programs of Postgres, where and as whom they can be run by the user of this process. */
export interface PostgresRunner {
  /** The folder with `bin`, `lib` and `share`. */
  programs: string
  /** As whom they run, where that is not the user of this process. */
  account: Account | null
  /** A command that the programs are run through; mostly none. */
  through: readonly string[]
  /** Whether `programs` was made for this run. */
  isPlaced: boolean
}

/** Which data folder the programs shall work on, and a file that notes where they were put, should this run not come to remove them. */
export interface RunnerOptions {
  directory: string
  note?: string | undefined
}

/**
 * Finds a way to run Postgres, and proves it. It refuses to run as root, and needs a user whom the system knows by name: root
 * becomes another user, for whom the programs are put where that one can reach them; who has no name, or may not become
 * another, gets a name in a user namespace. @throws {PostgresFailure} that tells every way tried
 */
export function findRunner(wish: RunnerOptions): PostgresRunner {
  const programs = packagedPrograms()
  if (wish.note) removeRecordedFolder(wish.note)
  const tried: string[] = []
  const asMyself: PostgresRunner = { programs, account: null, through: [], isPlaced: false }
  const found = isRoot() ? runnerOfRoot(wish, programs, tried) : hasName() && accept(asMyself, tried)
  const runner = found || accept({ ...asMyself, through: underAnotherName() }, tried)
  if (runner) return runner
  const who = isRoot() ? 'Postgres refuses to run as root, and no' : 'No'
  throw new PostgresFailure(`${who} way to run it was found:\n${tried.map((line) => `  ${line}`).join('\n')}`)
}

/** Starts one of the programs. */
export function runProgram(runner: PostgresRunner, name: string, run: { args: string[]; cwd?: string }): ChildProcess {
  const [command = '', ...args] = [...runner.through, join(runner.programs, 'bin', name), ...run.args]
  return spawn(command, args, { ...optionsOf(runner), cwd: run.cwd, stdio: ['ignore', 'pipe', 'pipe'] })
}

function runnerOfRoot(wish: RunnerOptions, programs: string, tried: string[]): PostgresRunner | null {
  for (const account of accountsFor(wish.directory)) {
    const plan = { programs, account, tried }
    const runner = firstOf(temporaryFolders(), (parent) => placedIn(parent, plan))
    if (runner && wish.note) recordProgramsFolder(wish.note, runner.programs)
    if (runner) return runner
  }
  return null
}

interface Plan {
  programs: string
  account: Account
  tried: string[]
}

function firstOf<T, R>(items: readonly T[], find: (item: T) => R | null): R | null {
  for (const item of items) {
    const found = find(item)
    if (found) return found
  }
  return null
}

function placedIn(parent: string, plan: Plan): PostgresRunner | null {
  let place: string
  try {
    place = copyProgramsTo(parent, plan.programs)
  } catch (error) {
    plan.tried.push(`${parent} does not allow programs: ${(error as Error).message}`)
    return null
  }
  const runner = accept({ programs: place, account: plan.account, through: [], isPlaced: true }, plan.tried)
  if (!runner) removeProgramsFolder(place)
  return runner
}

/** The runner, if it runs; else a line in `tried` that says why not. */
function accept(runner: PostgresRunner, tried: string[]): PostgresRunner | null {
  const problem = problemOf(runner)
  if (!problem) return runner
  const who = runner.account ? `as ${runner.account.name}` : runner.through.length ? 'in a user namespace' : 'as you'
  tried.push(`${who}, ${join(runner.programs, 'bin', 'postgres')}: ${problem}`)
  return null
}

function problemOf(runner: PostgresRunner): string | null {
  const program = join(runner.programs, 'bin', 'postgres')
  const [command = '', ...args] = [...runner.through, program, '--version']
  const { error, status, stderr } = spawnSync(command, args, { ...optionsOf(runner), cwd: '/', encoding: 'utf8' })
  if (!error) return status === 0 ? null : stderr.trim() || `exit code ${status}`
  const code = (error as NodeJS.ErrnoException).code
  // The kernel says so too when a program's loader is missing.
  if (code !== 'ENOENT' || !existsSync(command)) return error.message
  return 'it needs the GNU C library (glibc), which this system lacks'
}

/** Inside the namespace we are `nobody`, with the rights that we have outside of it. */
function underAnotherName(): string[] {
  const { uid, gid } = accountNamed('nobody') ?? { uid: 65_534, gid: 65_534 }
  return ['unshare', '--user', `--map-user=${uid}`, `--map-group=${gid}`, '--']
}

function optionsOf({ account }: PostgresRunner) {
  return { env: environment(), ...(account ? { uid: account.uid, gid: account.gid } : {}) }
}

/** What Postgres needs of its surroundings. In English, because we read what it says; none of our secrets, no `PG…`. */
function environment(): Record<string, string> {
  const names = ['PATH', 'HOME', 'TZ', 'LD_LIBRARY_PATH', 'SystemRoot', 'TEMP', 'TMP']
  const kept = names.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : []))
  return { ...Object.fromEntries(kept), LC_ALL: 'C' }
}
