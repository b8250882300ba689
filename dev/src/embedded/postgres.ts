import { existsSync, renameSync, rmSync } from 'node:fs'
import { port, readEnvOrExit } from '@tikitu/kit/base/env'
import { openCluster } from '@tikitu/kit/embedded-postgres/cluster'
import { PostgresFailure } from '@tikitu/kit/embedded-postgres/postgres-failure'
import { z } from 'zod'
import { programsNote } from './postgres-files.ts'
import { releasePostgresLock } from './postgres-lock.ts'

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

/** When the server dies, this process exits too, so that the runner restarts both. */
async function run(): Promise<void> {
  const cluster = openCluster({ directory, note: programsNote(directory) })
  if (!existsSync(directory)) await createDataDirectory(cluster.create)
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

/** In a temporary folder that is renamed at the end: an interrupted start leaves no half database. */
async function createDataDirectory(create: (directory: string, password: string) => Promise<void>): Promise<void> {
  const temporary = `${directory}.new`
  rmSync(temporary, { recursive: true, force: true })
  await create(temporary, env.TIKITU_POSTGRES_PASSWORD)
  renameSync(temporary, directory)
}
