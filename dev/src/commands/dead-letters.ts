// npm run dead-letters [service] [replay id …]: lists the jobs and events that have used up their retries, and puts them back into the queue.

import { type DeadLetter, listDeadLetters, replayDeadLetters } from '@tikitu/kit/messaging/dead-letters'
import { createDb, createPool } from '@tikitu/kit/postgres/database'
import { loadDotEnv, root } from '../stack/repository.ts'
import { type Service, subgraphs } from '../stack/services.ts'
import { type Stack, startStack } from '../stack/start-stack.ts'
import { exitWithError } from './exit-with-error.ts'

const [only, verb, ...ids] = process.argv.slice(2)
const chosen = only ? subgraphs.filter(({ name }) => name === only) : subgraphs
if (chosen.length === 0 || (verb !== undefined && (verb !== 'replay' || ids.length === 0))) usage()

loadDotEnv()
const stack = await startStack({ root, only: [], onlyEmbedded: ['postgres'], env: process.env }).catch(exitWithError)
try {
  for (const service of chosen) await handleService(stack, service)
} finally {
  await stack.stop()
}

function usage(): never {
  console.error(`Usage: npm run dead-letters, npm run dead-letters -- <service>, or npm run dead-letters -- <service> replay <id …>
Services: ${subgraphs.map(({ name }) => name).join(', ')}.`)
  process.exit(1)
}

async function handleService({ environment }: Stack, { name, prefix }: Service): Promise<void> {
  const pool = createPool(environment(name)[`${prefix}_DATABASE_URL`] ?? '', { name: 'dead-letters' })
  try {
    const db = createDb(pool)
    if (verb === 'replay') console.log(`${name}: ${await replayDeadLetters(db, ids)} put back into the queue`)
    else show(name, await listDeadLetters(db))
  } finally {
    await pool.end()
  }
}

/** Without the payload of events, which may contain addresses and codes. */
function show(service: string, letters: readonly DeadLetter[]): void {
  console.log(`${service}: ${letters.length === 0 ? 'none' : letters.length}`)
  for (const { id, task, payload, attempts, lastError, createdAt } of letters) {
    const { to, event } = payload as { to?: string; event?: { type: string; id: string } }
    const what = event ? `${event.type} ${event.id} to ${to}` : task
    console.log(`  ${id}  ${createdAt.toISOString()}  ${what}  after ${attempts} tries: ${lastError?.split('\n')[0]}`)
  }
}
