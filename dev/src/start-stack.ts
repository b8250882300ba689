import { join } from 'node:path'
import { createDatabases } from './databases.ts'
import { debuggerPort, debugOptions } from './debugging.ts'
import { type Environment, serviceEnvironment } from './environment.ts'
import { isOk } from './is-ok.ts'
import { borrow, lend } from './lending/share-services.ts'
import { migrate } from './migrate.ts'
import { startCognito, startMailbox, startPostgres } from './parts.ts'
import { requireFreePorts } from './ports.ts'
import { postgresDirectory } from './postgres-files.ts'
import { releasePostgresLock } from './postgres-lock.ts'
import type { OnLine } from './process-log.ts'
import { type Reporter, silent } from './report.ts'
import { type RunningProcess, runProcess } from './run-process.ts'
import { joinedRun, openRunRecord, recordFile } from './run-record.ts'
import { openSecrets } from './secrets.ts'
import type { Service } from './services.ts'
import { decideSettings, hasDatabase, neededPorts, portOf, type Settings, type SettingsInput } from './settings.ts'
import { StartError } from './start-error.ts'
import type { Starting } from './starting.ts'
import { makeStateFolder } from './state-folder.ts'
import { requireUsable } from './variables/require-usable.ts'

/** A whole platform of real processes. */
export interface Stack {
  settings: Settings
  /** The variables of one of its services, by name: its database URL, for instance. */
  environment(service: string): Environment
  /** One of its processes, by name: `postgres`, `cognito`, `mailbox`, `gateway` or a subgraph. */
  process(name: string): RunningProcess
  /** Where clients send GraphQL. */
  graphUrl: string
  /** The web inbox, when the mailbox is ours. */
  mailboxUrl: string | null
  /** Whether another runner has taken that service over for now. */
  isLent: (service: string) => boolean
  /** Resolves when the stack whose parts this one uses has ended; never when the parts are its own. */
  lenderEnded: Promise<void>
  /** Ends every process, front to back; the state stays. */
  stop(): Promise<void>
}

/** How a start is watched, and given up. */
export interface StartOptions {
  report?: Reporter
  onLine?: OnLine
  signal?: AbortSignal
}

/**
 * Starts the embedded parts, migrates the databases, starts every service, and waits until all are ready.
 * Nothing is left running when it fails. @throws {StartError} that says why, and what to do
 */
export async function startStack(input: SettingsInput, options: StartOptions = {}): Promise<Stack> {
  const settings = decideSettings(input)
  await requireUsable(settings)
  makeStateFolder(settings.stateDir)
  const record = settings.isJoining ? joinedRun : await openRunRecord(recordFile(settings.stateDir))
  const giveUp = new AbortController()
  const starting: Starting = {
    cwd: settings.root,
    logDirectory: join(settings.stateDir, 'logs'),
    cacheDirectory: join(settings.stateDir, 'cache'),
    isJoining: settings.isJoining,
    onLine: options.onLine,
    report: options.report ?? silent,
    onStarted: record.started,
    signal: AbortSignal.any([giveUp.signal, options.signal ?? giveUp.signal]),
    settings,
    secrets: openSecrets(join(settings.stateDir, 'secrets.json')),
    processes: new Map(),
  }
  const sharing = settings.isJoining ? await borrow(starting) : await lend(starting)
  const stop = async () => {
    sharing.beforeStop()
    await stopAll(starting)
    sharing.afterStop()
    record.close()
  }
  try {
    if (!settings.isJoining) await releasePostgresLock(postgresDirectory(settings.stateDir))
    await requireFreePorts(neededPorts(settings))
    await startEverything(starting, giveUp)
    sharing.open(record)
  } catch (error) {
    await stop()
    throw error
  }
  return { ...stackOf(starting, stop), isLent: sharing.isLent, lenderEnded: sharing.lenderEnded }
}

/** Everything at once, as far as it does not need another part. */
async function startEverything(starting: Starting, giveUp: AbortController): Promise<void> {
  const databases = prepareDatabases(starting)
  const services = starting.settings.started.map((service) => startService(starting, service, databases))
  const all = [databases, startMailbox(starting), startCognito(starting), ...services]
  try {
    await Promise.all(all)
  } catch (error) {
    // The others are told, and waited for: otherwise they would start what has just been stopped.
    giveUp.abort(error)
    await Promise.allSettled(all)
    throw error
  }
}

async function prepareDatabases(starting: Starting): Promise<void> {
  await startPostgres(starting)
  const made = await createDatabases(starting.settings, starting.secrets)
  if (made.length > 0) starting.report.done(`databases are made: ${made.join(', ')}`)
}

async function startService(starting: Starting, service: Service, databases: Promise<void>): Promise<void> {
  const { settings, secrets, report } = starting
  if (hasDatabase(service)) {
    await databases
    await migrate(starting, service)
  }
  const port = portOf(settings, service.name)
  const running = runProcess(starting, {
    name: service.name,
    script: join(settings.root, service.folder, 'src', 'main.ts'),
    env: { ...serviceEnvironment(settings, secrets, service), ...debugVariables(settings, service) },
    isReady: () => isOk(`http://127.0.0.1:${port}/health/ready`),
    ...(settings.debug === '--inspect-wait' ? { patienceMs: 3_600_000 } : {}),
  })
  starting.processes.set(service.name, running)
  await report.during(`${service.name} starts`, running.ready())
  report.done(`${service.name} is ready on port ${port}`)
}

function debugVariables({ debug, ports, given }: Settings, service: Service): Environment {
  if (!debug) return {}
  return {
    NODE_OPTIONS: debugOptions(debug, debuggerPort(ports, service), given.NODE_OPTIONS),
    // Somebody who stands at a breakpoint takes longer to answer than a service may.
    ...(hasDatabase(service) ? {} : { GATEWAY_SUBGRAPH_TIMEOUT_MS: given.GATEWAY_SUBGRAPH_TIMEOUT_MS ?? '3600000' }),
  }
}

/** The front door first, so that no request is cut off behind it; what the others need last. */
async function stopAll({ processes, settings }: Starting): Promise<void> {
  const front = settings.started.filter((service) => !hasDatabase(service))
  const behind = settings.started.filter(hasDatabase)
  const waves = [...[front, behind].map((wave) => wave.map(({ name }) => name)), ['cognito', 'mailbox'], ['postgres']]
  for (const wave of waves) await Promise.all(wave.map((name) => processes.get(name)?.stop()))
}

function stackOf(starting: Starting, stop: () => Promise<void>): Omit<Stack, 'isLent' | 'lenderEnded'> {
  const { settings, secrets, processes } = starting
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
