import { join } from 'node:path'
import { createDatabases } from '../databases/create-databases.ts'
import { migrate } from '../databases/migrate.ts'
import { postgresDirectory } from '../embedded/postgres-files.ts'
import { releasePostgresLock } from '../embedded/postgres-lock.ts'
import { startCognito, startMailbox, startPostgres } from '../embedded/start-embedded.ts'
import { isOk } from '../processes/is-ok.ts'
import type { OnLine } from '../processes/process-log.ts'
import { type Reporter, silentReporter } from '../processes/reporter.ts'
import { type RunningProcess, runProcess } from '../processes/run-process.ts'
import { acceptTakeovers, takeOverServices } from '../takeover/takeover.ts'
import { requireUsable } from '../variables/require-usable.ts'
import { debuggerPort, debugOptions } from './debugging.ts'
import { type Environment, serviceEnvironment } from './environment.ts'
import { requireFreePorts } from './ports.ts'
import { openRunRecord, recordFile, unrecordedRun } from './run-record.ts'
import { openSecrets } from './secrets.ts'
import type { Service } from './services.ts'
import { decideSettings, hasDatabase, neededPorts, portOf, type Settings, type SettingsInput } from './settings.ts'
import type { StartContext } from './start-context.ts'
import { StartError } from './start-error.ts'
import { makeStateFolder } from './state-folder.ts'

/** A running platform of real processes. */
export interface Stack {
  settings: Settings
  /** The variables of a service, by name. */
  environment(service: string): Environment
  /** A process, by name: `postgres`, `cognito`, `mailbox`, `gateway` or a subgraph. */
  process(name: string): RunningProcess
  /** The GraphQL endpoint. */
  graphUrl: string
  /** The web inbox of the embedded mailbox; null when mail goes elsewhere. */
  mailboxUrl: string | null
  /** Whether another runner has taken over that service. */
  isTakenOver: (service: string) => boolean
  /** Resolves when the stack whose services were taken over ends; never for a stack of its own. */
  ownerEnded: Promise<void>
  /** Stops every process, the gateway first; the data is kept. */
  stop(): Promise<void>
}

/** Progress reports of a start, and its cancellation. */
export interface StartOptions {
  report?: Reporter
  onLine?: OnLine
  signal?: AbortSignal
}

/**
 * Starts the embedded services, migrates the databases, starts every service, and waits until all are ready.
 * Stops everything when it fails. @throws {StartError}
 */
export async function startStack(input: SettingsInput, options: StartOptions = {}): Promise<Stack> {
  const settings = decideSettings(input)
  await requireUsable(settings)
  makeStateFolder(settings.stateDir)
  const record = settings.isJoining ? unrecordedRun : await openRunRecord(recordFile(settings.stateDir))
  const giveUp = new AbortController()
  const ctx: StartContext = {
    cwd: settings.root,
    logDirectory: join(settings.stateDir, 'logs'),
    cacheDirectory: join(settings.stateDir, 'cache'),
    isJoining: settings.isJoining,
    onLine: options.onLine,
    report: options.report ?? silentReporter,
    onStarted: record.started,
    signal: AbortSignal.any([giveUp.signal, options.signal ?? giveUp.signal]),
    settings,
    secrets: openSecrets(join(settings.stateDir, 'secrets.json')),
    processes: new Map(),
  }
  const takeover = settings.isJoining ? await takeOverServices(ctx) : await acceptTakeovers(ctx)
  const stop = async () => {
    takeover.beforeStop()
    await stopAll(ctx)
    takeover.afterStop()
    record.close()
  }
  try {
    if (!settings.isJoining) await releasePostgresLock(postgresDirectory(settings.stateDir))
    await requireFreePorts(neededPorts(settings))
    await startEverything(ctx, giveUp)
    takeover.open(record)
  } catch (error) {
    await stop()
    throw error
  }
  return { ...stackOf(ctx, stop), isTakenOver: takeover.isTakenOver, ownerEnded: takeover.ownerEnded }
}

/** In parallel, as far as dependencies allow. */
async function startEverything(ctx: StartContext, giveUp: AbortController): Promise<void> {
  const databases = prepareDatabases(ctx)
  const services = ctx.settings.started.map((service) => startService(ctx, service, databases))
  const all = [databases, startMailbox(ctx), startCognito(ctx), ...services]
  try {
    await Promise.all(all)
  } catch (error) {
    // Abort the others and wait for them: otherwise they would start processes that were just stopped.
    giveUp.abort(error)
    await Promise.allSettled(all)
    throw error
  }
}

async function prepareDatabases(ctx: StartContext): Promise<void> {
  await startPostgres(ctx)
  const created = await createDatabases(ctx.settings, ctx.secrets)
  if (created.length > 0) ctx.report.done(`databases created: ${created.join(', ')}`)
}

async function startService(ctx: StartContext, service: Service, databases: Promise<void>): Promise<void> {
  const { settings, secrets, report } = ctx
  if (hasDatabase(service)) {
    await databases
    await migrate(ctx, service)
  }
  const port = portOf(settings, service.name)
  const running = runProcess(ctx, {
    name: service.name,
    script: join(settings.root, service.folder, 'src', 'main.ts'),
    env: { ...serviceEnvironment(settings, secrets, service), ...debugVariables(settings, service) },
    isReady: () => isOk(`http://127.0.0.1:${port}/health/ready`),
    ...(settings.debug === '--inspect-wait' ? { timeoutMs: 3_600_000 } : {}),
  })
  ctx.processes.set(service.name, running)
  await report.during(`${service.name} starts`, running.ready())
  report.done(`${service.name} is ready on port ${port}`)
}

function debugVariables({ debug, ports, userEnv }: Settings, service: Service): Environment {
  if (!debug) return {}
  return {
    NODE_OPTIONS: debugOptions(debug, debuggerPort(ports, service), userEnv.NODE_OPTIONS),
    // At a breakpoint a service answers later than the usual timeout.
    ...(hasDatabase(service) ? {} : { GATEWAY_SUBGRAPH_TIMEOUT_MS: userEnv.GATEWAY_SUBGRAPH_TIMEOUT_MS ?? '3600000' }),
  }
}

/** The gateway first, so that no request is cut off; what the others depend on last. */
async function stopAll({ processes, settings }: StartContext): Promise<void> {
  const gateways = settings.started.filter((service) => !hasDatabase(service))
  const services = settings.started.filter(hasDatabase)
  const waves = [
    ...[gateways, services].map((wave) => wave.map(({ name }) => name)),
    ['cognito', 'mailbox'],
    ['postgres'],
  ]
  for (const wave of waves) await Promise.all(wave.map((name) => processes.get(name)?.stop()))
}

function stackOf(ctx: StartContext, stop: () => Promise<void>): Omit<Stack, 'isTakenOver' | 'ownerEnded'> {
  const { settings, secrets, processes } = ctx
  return {
    settings,
    environment(name) {
      const service = settings.services.find((candidate) => candidate.name === name)
      if (!service) throw new StartError(`There is no service ${name}.`)
      return serviceEnvironment(settings, secrets, service)
    },
    process(name) {
      const running = processes.get(name)
      if (!running) throw new StartError(`${name} is not a process of this stack.`)
      return running
    },
    graphUrl: `http://127.0.0.1:${portOf(settings, 'gateway')}/graphql`,
    mailboxUrl: settings.embedded.mailbox ? `http://127.0.0.1:${portOf(settings, 'mailbox')}` : null,
    stop,
  }
}
