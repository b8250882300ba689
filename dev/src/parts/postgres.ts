import { existsSync, renameSync, rmSync } from 'node:fs'
import { port, readEnvOrExit } from '@tikitu/kit/base/env'
import { openCluster } from '@tikitu/kit/embedded-postgres/cluster'
import { PostgresFailure } from '@tikitu/kit/embedded-postgres/postgres-failure'
import { z } from 'zod'
import { programsNote } from '../postgres-files.ts'
import { releasePostgresLock } from '../postgres-lock.ts'

const env = readEnvOrExit({
  TIKITU_POSTGRES_DIRECTORY: z.string(),
  TIKITU_POSTGRES_PORT: port,
  TIKITU_POSTGRES_PASSWORD: z.string(),
})

const directory = env.TIKITU_POSTGRES_DIRECTORY

let stop = async () => process.exit(0)
process.once('SIGTERM', () => stop())
try {
  await run()
} catch (error) {
  console.error(error instanceof PostgresFailure ? error.message : error)
  process.exit(1)
}

/** A server that died takes this process along, so that the runner sees it and starts both again. */
async function run(): Promise<void> {
  const cluster = openCluster({ directory, note: programsNote(directory) })
  if (!existsSync(directory)) await makeFiles(cluster.create)
  await releasePostgresLock(directory)
  const server = await cluster.start(directory, {
    port: env.TIKITU_POSTGRES_PORT,
    parameters: {},
    onLog: (text) => console.log(text.trimEnd()),
  })
  stop = async () => {
    await server.stop()
    cluster.close()
    process.exit(0)
  }
  await server.ended
  process.exit(1)
}

/** In a folder beside, renamed when whole: a start that is cut short leaves nothing that looks like a database. */
async function makeFiles(create: (directory: string, password: string) => Promise<void>): Promise<void> {
  const making = `${directory}.making`
  rmSync(making, { recursive: true, force: true })
  await create(making, env.TIKITU_POSTGRES_PASSWORD)
  renameSync(making, directory)
}
