// npm run dead-letters [service] [replay id …]: the jobs and events that failed as often as they may, and another chance for them.

import { type DeadLetter, listDeadLetters, replayDeadLetters } from '@tikitu/kit/messaging/dead-letters'
import { createDb, createPool } from '@tikitu/kit/postgres/database'
import { endWithFailure } from './end-with-failure.ts'
import { loadDotEnv, root } from './repository.ts'
import { type Service, subgraphs } from './services.ts'
import { type Stack, startStack } from './start-stack.ts'

const [only, verb, ...ids] = process.argv.slice(2)
const chosen = only ? subgraphs.filter(({ name }) => name === only) : subgraphs
if (chosen.length === 0 || (verb !== undefined && (verb !== 'replay' || ids.length === 0))) usage()

loadDotEnv()
const stack = await startStack({ root, only: [], parts: ['postgres'], env: process.env }).catch(endWithFailure)
try {
  for (const service of chosen) await attend(stack, service)
} finally {
  await stack.stop()
}

function usage(): never {
  console.error(`Say which: npm run dead-letters, npm run dead-letters -- <service>, or npm run dead-letters -- <service> replay <id …>
Services: ${subgraphs.map(({ name }) => name).join(', ')}.`)
  process.exit(1)
}

async function attend({ environment }: Stack, { name, prefix }: Service): Promise<void> {
  const pool = createPool(environment(name)[`${prefix}_DATABASE_URL`] ?? '', { name: 'dead-letters' })
  try {
    const db = createDb(pool)
    if (verb === 'replay') console.log(`${name}: ${await replayDeadLetters(db, ids)} put back into the queue`)
    else show(name, await listDeadLetters(db))
  } finally {
    await pool.end()
  }
}

/** What an event carries is left out: it may hold addresses and codes. */
function show(service: string, letters: readonly DeadLetter[]): void {
  console.log(`${service}: ${letters.length === 0 ? 'none' : letters.length}`)
  for (const { id, task, payload, attempts, lastError, createdAt } of letters) {
    const { to, event } = payload as { to?: string; event?: { type: string; id: string } }
    const what = event ? `${event.type} ${event.id} to ${to}` : task
    console.log(`  ${id}  ${createdAt.toISOString()}  ${what}  after ${attempts} tries: ${lastError?.split('\n')[0]}`)
  }
}
