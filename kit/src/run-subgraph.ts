import type { BaseCtx } from './ctx.ts'
import { createDb, createPool, type Db } from './db.ts'
import { startJobs, type Task } from './jobs.ts'
import { type KeyFinder, loadServiceKeys, remoteKeys, type ServiceKeys } from './keys.ts'
import { createLog, type Log } from './log.ts'
import { migrateDatabase } from './migrate.ts'
import { httpTransport, type Transport } from './outbox.ts'
import { remembered } from './remembered.ts'
import { runService } from './service.ts'
import type { ServiceEnv } from './service-env.ts'
import type { RequestKey } from './signatures.ts'
import type { ExecutorName, Subgraph } from './subgraph.ts'

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
  /** Who executes queries and mutations. */
  executor?: ExecutorName
}

export interface RunOptions<C extends BaseCtx> {
  env: ServiceEnv
  create: (deps: SubgraphDeps) => Promise<Subgraph<C>>
  tasks: (deps: SubgraphDeps, transport: Transport) => Record<string, Task>
  crontab: string
}

/** Runs a subgraph as a process: pool, keys, server and jobs, until a signal ends it. */
export async function runSubgraph<C extends BaseCtx>({ env, create, tasks, crontab }: RunOptions<C>): Promise<void> {
  const log = createLog(env.service, env.logLevel)
  const pool = createPool(env.databaseUrl, { name: env.service })
  const keys = await loadServiceKeys(env.service, env.keyFile, env.nodeEnv !== 'production')
  const keysOf = remembered((service) => remoteKeys(env.urlOf(service)))
  const { requestKeys, maxStreams, executor } = env
  const deps = { db: createDb(pool), keys, log, now: () => new Date(), requestKeys, keysOf, maxStreams, executor }
  const subgraph = await create(deps)
  const jobs = await startJobs({ pool, log, crontab, tasks: tasks(deps, httpTransport(keys, env.urlOf)) })
  await runService({
    name: env.service,
    server: subgraph.createServer(),
    host: env.host,
    port: env.port,
    log,
    onStopping: subgraph.live.end,
    closers: [jobs.stop, subgraph.close, () => pool.end()],
  })
}

/** Brings a service's database to its newest form, as a process of its own that then ends. */
export async function runMigrations(env: ServiceEnv, folder: string): Promise<void> {
  const pool = createPool(env.databaseUrl, { name: `${env.service}-migrate`, statementTimeoutMs: 0 })
  const { migrations } = await migrateDatabase(pool, folder).finally(() => pool.end())
  createLog(env.service, env.logLevel).info({ migrations }, 'the database is up to date')
}
