import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { isProcessOf } from '../src/processes/end-process.ts'
import { startStack } from '../src/stack/start-stack.ts'
import { rowsOf } from './rows-of.ts'
import { prepareTestStack } from './test-stack.ts'

interface Run {
  pid: number
  children: Record<string, { pid: number; script: string }>
}

const runStack = fileURLToPath(new URL('./run-stack.ts', import.meta.url))

/** Runs a stack in its own process, and kills the processes that `victims` selects with SIGKILL. */
async function startAndKill(victims: (run: Run) => number[]) {
  const { input, remove } = await prepareTestStack()
  const child = spawn(process.execPath, [runStack, JSON.stringify(input)], { stdio: ['ignore', 'pipe', 'inherit'] })
  await once(child.stdout, 'data')
  const run: Run = JSON.parse(readFileSync(join(input.root, '.tikitu', 'run.json'), 'utf8'))
  for (const pid of victims(run)) kill(pid)
  await once(child, 'exit')
  return { input, run, remove }
}

/** The record contains processes that have already ended. */
function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {}
}

test('a database is migrated only when its migrations have changed', async () => {
  const other = await prepareTestStack()
  const migrations = async () => {
    const run = await startStack(other.input)
    const rows = await rowsOf(run.environment('user').USER_DATABASE_URL ?? '', 'select * from starts')
    await run.stop()
    return rows.length
  }
  expect([await migrations(), await migrations()]).toEqual([1, 1])
  writeFileSync(join(other.input.root, 'subgraphs/user/src/db/migrations/0001_second.sql'), 'select 2')
  expect(await migrations()).toBe(2)
  other.remove()
}, 120_000)

describe('a stack that was killed', () => {
  test('starts again on the same ports with its data after all processes died', async () => {
    const killed = await startAndKill((run) => [run.pid, ...Object.values(run.children).map(({ pid }) => pid)])
    const again = await startStack(killed.input)
    const url = again.environment('booking').BOOKING_DATABASE_URL ?? ''
    expect(await rowsOf(url, 'select * from starts')).toHaveLength(2)
    await again.stop()
    killed.remove()
  }, 60_000)

  test('leaves no process behind when its runner dies', async () => {
    const killed = await startAndKill((run) => [run.pid])
    const children = Object.values(killed.run.children)
    await expect
      .poll(() => children.filter(({ pid, script }) => isProcessOf(pid, script)), { timeout: 30_000 })
      .toEqual([])
    killed.remove()
  }, 60_000)
})

test('reports every busy port and starts nothing', async () => {
  const other = await prepareTestStack()
  const intruder = createServer().listen(other.ports.booking, '127.0.0.1')
  await new Promise((resolve) => intruder.once('listening', resolve))
  try {
    const start = startStack(other.input)
    await expect(start).rejects.toThrow(`${other.ports.booking} (booking): BOOKING_SERVICE_PORT=`)
    expect(existsSync(join(other.input.root, '.tikitu', 'logs'))).toBe(false)
  } finally {
    intruder.close()
    other.remove()
  }
})
