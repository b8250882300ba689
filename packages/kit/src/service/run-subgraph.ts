import memoize from 'memoize'
import type { RequestKey } from '../auth/request-signatures.ts'
import { KeyFileUnusable, type KeyFinder, loadServiceKeys, remoteKeys, type ServiceKeys } from '../auth/signing-keys.ts'
import { newId } from '../base/ids.ts'
import { createLog, type Log } from '../base/log.ts'
import type { BaseCtx, Caller } from '../context/context.ts'
import { startJobs, type Task } from '../messaging/jobs.ts'
import { httpTransport, type Transport } from '../messaging/outbox.ts'
import { commonPurgeRules, type PurgeRule, purge, purgeCrontab, purgeTask } from '../messaging/purge.ts'
import { requireByteOrder, WrongSortOrder } from '../postgres/byte-order.ts'
import { createDb, createPool, type Db } from '../postgres/database.ts'
import { migrateDatabase } from '../postgres/migrate.ts'
import type { Subgraph } from './create-subgraph.ts'
import { ignoreLateFieldErrors } from './late-field-errors.ts'
import { runService } from './lifecycle.ts'
import type { ServiceEnv } from './service-env.ts'

/** What outlives a request, in every service. */
export interface BaseDeps {
  db: Db
  /** Signs events, and what else leaves this service and must be believed. */
  keys: ServiceKeys
  log: Log
  now: () => Date
}

/** What makes a subgraph, apart from what it keeps to itself. */
export interface SubgraphDeps extends BaseDeps {
  requestKeys: readonly RequestKey[]
  /** The public keys of another service. */
  keysOf: (service: string) => KeyFinder
  /** How many streams of live data may be open at once. */
  maxStreams?: number
}

export interface RunOptions<C extends BaseCtx> {
  env: ServiceEnv
  create: (deps: SubgraphDeps) => Promise<Subgraph<C>>
  tasks: (deps: SubgraphDeps, transport: Transport) => Record<string, Task>
  crontab: string
  /** What it purges, besides what every service does. */
  purgeRules?: (now: Date) => PurgeRule[]
}

/** Runs a subgraph as a process: pool, keys, server and jobs, until a signal ends it. */
export async function runSubgraph<C extends BaseCtx>(options: RunOptions<C>): Promise<void> {
  const { env, create, crontab, purgeRules } = options
  const log = createLog(env.service, env.logLevel)
  ignoreLateFieldErrors(log)
  const pool = createPool(env.databaseUrl, { name: env.service })
  const giveUp = (error: unknown): never => {
    if (!(error instanceof KeyFileUnusable || error instanceof WrongSortOrder)) throw error
    log.fatal(`${env.service} cannot start. ${error.message}`)
    process.exit(1)
  }
  const keys = await loadServiceKeys(env.service, env.keyFile, env.nodeEnv !== 'production').catch(giveUp)
  await requireByteOrder(pool).catch(giveUp)
  const keysOf = memoize((service: string) => remoteKeys(env.urlOf(service)))
  const { requestKeys, maxStreams } = env
  const deps = { db: createDb(pool), keys, log, now: () => new Date(), requestKeys, keysOf, maxStreams }
  const subgraph = await create(deps)
  const tasks = {
    ...options.tasks(deps, httpTransport(keys, env.urlOf)),
    [purgeTask]: async () => {
      const ctx = { ...deps, ...jobCaller(env.service), newId }
      const now = deps.now()
      await purge(ctx, [...commonPurgeRules(now), ...(purgeRules?.(now) ?? [])])
    },
  }
  const jobs = await startJobs({ pool, log, crontab: `${crontab}\n${purgeCrontab}`, tasks })
  await runService({
    name: env.service,
    server: subgraph.createServer(),
    host: env.host,
    names: env.hostNames,
    port: env.port,
    log,
    onStopping: subgraph.live.end,
    closers: [jobs.stop, subgraph.close, () => pool.end()],
  })
}

/** Who acts in a job: the service itself. */
function jobCaller(service: string): Caller {
  return { viewer: { kind: 'service', service }, requestId: newId('job'), acceptLanguage: '' }
}

/** Fills columns that only code can fill, of rows from before them. Returns how many rows. */
export type Backfill = (ctx: BaseCtx) => Promise<number>

/**
 * Brings a service's database to its newest form, as a process of its own that then ends: its migrations, then what they leave to code.
 * A service that starts after it finds every row filled.
 */
export async function runMigrations(env: ServiceEnv, folder: string, backfill?: Backfill): Promise<void> {
  const log = createLog(env.service, env.logLevel)
  const pool = createPool(env.databaseUrl, { name: `${env.service}-migrate`, statementTimeoutMs: 0 })
  try {
    const { migrations } = await migrateDatabase(pool, folder)
    const ctx = { db: createDb(pool), log, now: () => new Date(), newId, ...jobCaller(env.service) }
    const filled = (await backfill?.(ctx)) ?? 0
    log.info({ migrations, filled }, 'the database is up to date')
  } finally {
    await pool.end()
  }
}
