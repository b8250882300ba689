import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, chownSync, existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { openCluster } from './cluster.ts'
import { PostgresFailure } from './postgres-failure.ts'
import { isRoot } from './server-account.ts'

const password = 'a secret'
const made: string[] = []

afterEach(() => {
  vi.unstubAllEnvs()
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true })
})

/** A folder that only its owner may enter, as `mktemp -d` makes it. */
function closedFolder(name = 'tikitu-cluster-'): string {
  const folder = mkdtempSync(join(tmpdir(), name))
  made.push(folder)
  return folder
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  await new Promise((resolve) => server.close(resolve))
  return port
}

async function ask(port: number, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ host: '127.0.0.1', port, user: 'postgres', password, database: 'postgres' })
  await client.connect()
  const { rows } = await client.query(sql)
  await client.end()
  return rows
}

async function serveTwice(directory: string): Promise<unknown[]> {
  const cluster = openCluster({ directory })
  await cluster.create(directory, password)
  const port = await freePort()
  const first = await cluster.start(directory, { port, parameters: {} })
  await ask(port, 'create table kept as select 1 as it')
  await first.stop()
  cluster.close()
  const again = openCluster({ directory })
  const second = await again.start(directory, { port, parameters: {} })
  const rows = await ask(port, 'select * from kept')
  await second.stop()
  again.close()
  return rows
}

const settings = async () => ({ port: await freePort(), parameters: {} })
const canUnshare = spawnSync('unshare', ['--user', '--map-root-user', 'true']).status === 0

test('keeps its data from one start to the next, in a folder whose name has a space and an umlaut', async () => {
  expect(await serveTwice(join(closedFolder('spä ce #%20 '), 'data'))).toEqual([{ it: 1 }])
})

test('says why it cannot start, in the words of Postgres', async () => {
  const directory = join(closedFolder(), 'data')
  const cluster = openCluster({ directory })
  await cluster.create(directory, password)
  const parameters = { shared_buffers: 'plenty' }
  const start = cluster.start(directory, { ...(await settings()), parameters })
  await expect(start).rejects.toThrow(PostgresFailure)
  await expect(start).rejects.toThrow(/invalid value for parameter "shared_buffers"/)
  cluster.close()
})

test('says why it cannot make its files', async () => {
  const directory = closedFolder()
  const cluster = openCluster({ directory })
  await cluster.create(directory, password)
  await expect(cluster.create(directory, password)).rejects.toThrow(/exists but is not empty/)
  cluster.close()
})

describe.runIf(isRoot())('as root', () => {
  test('serves from folders that root alone may enter, whatever the umask', async () => {
    const before = process.umask(0o077)
    try {
      expect(await serveTwice(join(closedFolder(), 'data'))).toEqual([{ it: 1 }])
    } finally {
      process.umask(before)
    }
  })

  test('leaves no programs behind, nor after a crash once it is opened again', () => {
    const directory = join(closedFolder(), 'data')
    const note = `${directory}.note`
    const open = closedFolder()
    chmodSync(open, 0o755)
    vi.stubEnv('TMPDIR', open)
    openCluster({ directory, note })
    expect(readdirSync(open)).toHaveLength(1)
    openCluster({ directory, note }).close()
    expect(readdirSync(open)).toEqual([])
  })

  test('removes nothing that a note names but root did not make', () => {
    const [directory, foreign] = [join(closedFolder(), 'data'), closedFolder('tikitu-postgres-')]
    const note = `${directory}.note`
    chownSync(foreign, 65_534, 65_534)
    writeFileSync(note, foreign)
    openCluster({ directory, note }).close()
    expect(existsSync(foreign)).toBe(true)
  })

  test('puts its programs elsewhere when other users cannot enter the first folder for temporary files', async () => {
    vi.stubEnv('TMPDIR', closedFolder())
    expect(await serveTwice(join(closedFolder(), 'data'))).toEqual([{ it: 1 }])
  })

  test('makes the server the owner of files that it did not make', async () => {
    const directory = join(closedFolder(), 'data')
    const cluster = openCluster({ directory })
    await cluster.create(directory, password)
    const { uid } = statSync(directory)
    execFileSync('chown', ['-R', '0:0', directory])
    const server = await cluster.start(directory, await settings())
    expect(statSync(join(directory, 'PG_VERSION')).uid).toBe(uid)
    await server.stop()
    cluster.close()
  })

  test.runIf(canUnshare)('serves where it may not become another user', async () => {
    const directory = join(closedFolder(), 'data')
    const script = `
      import { openCluster } from ${JSON.stringify(new URL('./cluster.ts', import.meta.url).href)}
      const cluster = openCluster({ directory: process.argv[1] })
      await cluster.create(process.argv[1], 'a secret')
      const server = await cluster.start(process.argv[1], { port: Number(process.argv[2]), parameters: {} })
      await server.stop()
      console.log('served')`
    const args = [
      '--user',
      '--map-root-user',
      process.execPath,
      '--input-type=module',
      '-e',
      script,
      directory,
      `${await freePort()}`,
    ]
    const { stdout, stderr } = spawnSync('unshare', args, { encoding: 'utf8' })
    expect(stderr).toBe('')
    expect(stdout).toBe('served\n')
  })
})
