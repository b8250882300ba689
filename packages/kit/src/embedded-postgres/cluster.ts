import type { ChildProcess } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  existsSync,
  lchownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PostgresFailure } from './postgres-failure.ts'
import { findRunner, type PostgresRunner, type RunnerOptions, runProgram } from './postgres-runner.ts'
import { removeProgramsFolder, removeRecordedFolder, temporaryFolders } from './programs-for-account.ts'

/** A Postgres of the npm packages over one data folder. */
export interface Cluster {
  /** Makes the files of a new database, in UTF-8 and sorted alike on every machine, with `postgres` as its superuser. */
  create(directory: string, password: string): Promise<void>
  /** Starts the server, and resolves when it takes connections. */
  start(directory: string, settings: ServerSettings): Promise<Server>
  /** Removes what was put beside the data folder for this run. */
  close(): void
}

/** How a server runs. */
export interface ServerSettings {
  port: number
  /** Settings of Postgres, by name, beside those that every one of ours has. */
  parameters: Readonly<Record<string, string>>
  onLog?: (text: string) => void
}

/** A running server. */
export interface Server {
  /** Ends it in good order: who is connected is cut off, nothing is lost. */
  stop(): Promise<void>
  /** Resolves when it has ended, for whatever reason. */
  ended: Promise<void>
}

/** Finds a way to run Postgres as the current user, root included. @throws {PostgresFailure} if there is none */
export function openCluster(wish: RunnerOptions): Cluster {
  const runner = findRunner(wish)
  return {
    create: (directory, password) => createFiles(runner, directory, password),
    start: (directory, settings) => startServer(runner, directory, settings),
    close() {
      if (wish.note) removeRecordedFolder(wish.note)
      else if (runner.isPlaced) removeProgramsFolder(runner.programs)
    },
  }
}

async function createFiles(runner: PostgresRunner, directory: string, password: string): Promise<void> {
  mkdirSync(directory, { recursive: true })
  giveTo(runner, directory)
  const secret = writeSecret(runner, password)
  try {
    const args = [
      `--pgdata=${asSeen(runner, directory)}`,
      '--auth=scram-sha-256',
      '--username=postgres',
      `--pwfile=${secret.file}`,
      '--encoding=UTF8',
      '--locale=C',
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      // The new files reach the disk with the first checkpoint.
      '--no-sync',
    ]
    const child = runProgram(runner, 'initdb', { args, cwd: directory })
    const words = listen(child)
    const ending = await endingOf(child)
    if (ending) throw new PostgresFailure(`Postgres could not create its files in ${directory} (${ending}).${words()}`)
  } finally {
    secret.remove()
  }
}

async function startServer(runner: PostgresRunner, directory: string, settings: ServerSettings): Promise<Server> {
  giveTo(runner, directory)
  const parameters = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: '300',
    lc_messages: 'C',
    // Only here does the command line say which folder it is: the next run recognises its server by it.
    'tikitu.directory': directory,
    ...settings.parameters,
  }
  const flags = Object.entries(parameters).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const args = ['-D', asSeen(runner, directory), '-p', String(settings.port), ...flags]
  const child = runProgram(runner, 'postgres', { args, cwd: directory })
  const end = () => child.kill('SIGINT')
  process.once('exit', end)
  const ended = endingOf(child).finally(() => process.off('exit', end))
  const words = listen(child, settings.onLog)
  const isReady = saying(child, 'database system is ready to accept connections')
  const ending = await Promise.race([isReady, ended])
  if (ending !== 'ready')
    throw new PostgresFailure(`Postgres stopped during startup (${ending || 'exit code 0'}).${words()}`)
  return {
    ended: ended.then(() => undefined),
    async stop() {
      end()
      await ended
    },
  }
}

/**
 * The data folder as the server may name it. Folders above it may be closed to its account: the server is put into it as
 * it starts, and Linux knows the folder that a process is in without a way to it.
 */
function asSeen({ account }: PostgresRunner, directory: string): string {
  return account && existsSync('/proc/self/cwd') ? '/proc/self/cwd' : directory
}

/** Makes the account of the server the owner of the folder and all that is in it; others may not read it. */
function giveTo({ account }: PostgresRunner, directory: string): void {
  chmodSync(directory, 0o700)
  if (!account || statSync(directory).uid === account.uid) return
  for (const entry of readdirSync(directory, { recursive: true, encoding: 'utf8' })) {
    lchownSync(join(directory, entry), account.uid, account.gid)
  }
  chownSync(directory, account.uid, account.gid)
}

/** A file with the password that the account of the server alone can read, whatever the umask. */
function writeSecret({ account, programs, isPlaced }: PostgresRunner, password: string) {
  const parent = isPlaced ? programs : (temporaryFolders()[0] ?? tmpdir())
  const folder = mkdtempSync(join(parent, 'secret-'))
  const file = join(folder, 'password')
  writeFileSync(file, `${password}\n`, { mode: 0o600 })
  if (account) for (const path of [file, folder]) chownSync(path, account.uid, account.gid)
  return { file, remove: () => rmSync(folder, { recursive: true, force: true }) }
}

/** How a process ended: nothing when it did its work. */
function endingOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message))
    child.once('close', (code, signal) => resolve(code === 0 ? '' : (signal ?? `exit code ${code}`)))
  })
}

/** Passes on what a process says; the function that it answers tells the last of it. */
function listen(child: ChildProcess, onLog: (text: string) => void = () => undefined): () => string {
  let said = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      said = `${said}${chunk}`.slice(-2_000)
      onLog(String(chunk))
    })
  }
  return () => (said ? ` Its last output:\n${said.trim().replace(/^/gm, '  | ')}` : ' It printed nothing.')
}

function saying(child: ChildProcess, words: string): Promise<string> {
  return new Promise((resolve) => {
    let said = ''
    child.stderr?.on('data', (chunk: Buffer) => {
      said = `${said}${chunk}`.slice(-2_000)
      if (said.includes(words)) resolve('ready')
    })
  })
}
