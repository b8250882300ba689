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

/** Dependencies of every service that outlive a request. */
export interface BaseDeps {
  db: Db
  /** Signs events and other statements of this service. */
  keys: ServiceKeys
  log: Log
  now: () => Date
}

/** Dependencies of a subgraph. */
export interface SubgraphDeps extends BaseDeps {
  requestKeys: readonly RequestKey[]
  /** The public keys of another service. */
  keysOf: (service: string) => KeyFinder
  /** Maximum number of open subscription streams. */
  maxStreams?: number
}

export interface RunOptions<C extends BaseCtx> {
  env: ServiceEnv
  create: (deps: SubgraphDeps) => Promise<Subgraph<C>>
  tasks: (deps: SubgraphDeps, transport: Transport) => Record<string, Task>
  crontab: string
  /** Its own purge rules, in addition to the common ones. */
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

/** The caller in jobs: the service itself. */
function jobCaller(service: string): Caller {
  return { viewer: { kind: 'service', service }, requestId: newId('job'), acceptLanguage: '' }
}

/** Fills new columns of existing rows by code. Returns the number of rows. */
export type Backfill = (ctx: BaseCtx) => Promise<number>

/**
 * Migrates a service's database in a process that then exits: first the migrations, then backfills by code. A service that starts
 * afterwards finds every row filled.
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
