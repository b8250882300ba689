import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { openCluster } from '../../embedded-postgres/cluster.ts'
import { temporaryFolders } from '../../embedded-postgres/programs-for-account.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** A Postgres of this test run's own: the URL of its maintenance database. */
    postgresUrl: string
  }
}

/** Starts one Postgres for the whole test run, on a free port and in a folder that is removed afterwards. */
export default async function startTestPostgres(project: TestProject): Promise<() => Promise<void>> {
  try {
    return await start(project)
  } catch (error) {
    // Vitest would go on to say that it found no test files.
    process.stderr.write(
      `\nThe tests need a Postgres of their own, and it could not start.\n${(error as Error).message}\n`,
    )
    process.exit(1)
  }
}

async function start(project: TestProject): Promise<() => Promise<void>> {
  const folder = makeFolder()
  const directory = join(folder, 'data')
  const remove = () => rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 })
  try {
    const cluster = openCluster({ directory })
    // A run that is broken off ends its server by itself, and is not asked to tidy up.
    const tidyUp = () => {
      cluster.close()
      remove()
    }
    process.once('exit', tidyUp)
    await cluster.create(directory, 'postgres')
    const port = await freePort()
    const parameters = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }
    const server = await cluster.start(directory, { port, parameters })
    project.provide('postgresUrl', `postgres://postgres:postgres@127.0.0.1:${port}/postgres`)
    return async () => {
      await server.stop()
      process.off('exit', tidyUp)
      tidyUp()
    }
  } catch (error) {
    remove()
    throw error
  }
}

/** In the first folder for temporary files that takes it: `TMPDIR` may name one that is not there, or not ours. */
function makeFolder(): string {
  const failures: string[] = []
  for (const parent of temporaryFolders()) {
    try {
      return mkdtempSync(join(parent, 'tikitu-test-'))
    } catch (error) {
      failures.push((error as Error).message)
    }
  }
  throw new Error(`No folder for temporary files can be used:\n  ${failures.join('\n  ')}`)
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('no free port')
  return address.port
}
