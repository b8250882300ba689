import { type ChildProcess, spawn } from 'node:child_process'
import { setTimeout as pause } from 'node:timers/promises'
import { StartError } from '../stack/start-error.ts'
import { type LogFile, type OnLine, openProcessLog, type ProcessLog } from './process-log.ts'
import type { Reporter } from './reporter.ts'

/** A process to run, and its readiness check. */
export interface ProcessSpec {
  name: string
  script: string
  env: Readonly<Record<string, string>>
  isReady: () => Promise<boolean>
  /** Maximum time until it is ready. Default: two minutes. */
  timeoutMs?: number
}

/** Shared by all processes of a stack. */
export interface RunContext {
  cwd: string
  logDirectory: string
  /** Node's compile cache: saves a quarter of the next start. */
  cacheDirectory: string
  /** Whether the processes join another runner's stack: they append to its logs. */
  isJoining: boolean
  /** Called with every line that a process writes. */
  onLine?: OnLine | undefined
  report: Reporter
  /** Called right after a process was spawned. */
  onStarted: (name: string, pid: number, script: string) => void
  /** Aborts the start: no further process is started. */
  signal: AbortSignal
}

/** A supervised process: restarted with growing delays when it dies, until it is stopped. */
export interface RunningProcess {
  readonly name: string
  readonly logFile: string
  /** Resolves when it is ready. @throws {StartError} when it ended before, or timed out */
  ready(): Promise<void>
  /** Kills it with SIGKILL, as a crash, and resolves when it is gone. It is restarted unless `stayDown`. */
  kill(options?: { stayDown: boolean }): Promise<void>
  /** Stops it with SIGTERM, and with SIGKILL after `timeoutMs`. It stays down until `start`. */
  stop(timeoutMs?: number): Promise<void>
  start(): void
}

interface State {
  child: ChildProcess | undefined
  isWanted: boolean
  hasBeenReady: boolean
  crashes: number
  startedAt: number
  failure: StartError | undefined
  retry: NodeJS.Timeout | undefined
}

/** A process with its log. */
interface LoggedProcess {
  spec: ProcessSpec
  log: ProcessLog
}

/** A URL, since Node does not find a path with `#` or `%`. */
const preload = new URL('./exit-with-parent.ts', import.meta.url).href
const defaultTimeoutMs = 120_000

/** Runs `spec.script` on the current Node and restarts it when it dies. */
export function runProcess(ctx: RunContext, spec: ProcessSpec): RunningProcess {
  ctx.signal.throwIfAborted()
  const state: State = {
    child: undefined,
    isWanted: true,
    hasBeenReady: false,
    crashes: 0,
    startedAt: 0,
    failure: undefined,
    retry: undefined,
  }
  // The stderr of a failed start is part of its error, so it is not shown here as well.
  const log = openProcessLog(logOf(ctx, spec), (text, isRecord) => {
    if (isRecord || state.hasBeenReady || isAboutDebugger(text)) ctx.report.warn(spec.name, text)
  })
  const launch = () => launchInto(state, ctx, { spec, log })
  launch()
  return {
    name: spec.name,
    logFile: log.file,
    ready: () => waitUntilReady(state, ctx, { spec, log }),
    async kill(options) {
      if (options?.stayDown) disableRestart(state)
      await signalAndWait(state.child, 'SIGKILL')
    },
    start() {
      state.isWanted = true
      if (!state.child) launch()
    },
    async stop(timeoutMs = 12_000) {
      disableRestart(state)
      await signalAndWait(state.child, 'SIGTERM', timeoutMs)
    },
  }
}

/** Runs a script to its end. @throws {StartError} with its last lines when it fails */
export async function runOnce(ctx: RunContext, spec: Omit<ProcessSpec, 'isReady'>): Promise<void> {
  ctx.signal.throwIfAborted()
  const log = openProcessLog(logOf(ctx, spec), () => undefined)
  const child = spawnScript(ctx, spec, log)
  const end = () => child.kill('SIGKILL')
  ctx.signal.addEventListener('abort', end)
  const ending = await new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message))
    child.once('close', (code, signal) => resolve(code === 0 ? '' : (signal ?? `exit code ${code}`)))
  })
  ctx.signal.removeEventListener('abort', end)
  log.close()
  if (ending) throw new StartError(`${spec.name} failed (${ending}). ${explain(log)}`)
}

function logOf(ctx: RunContext, { name }: Pick<ProcessSpec, 'name'>): LogFile {
  return { directory: ctx.logDirectory, name, isAppended: ctx.isJoining, onLine: ctx.onLine }
}

function launchInto(state: State, ctx: RunContext, logged: LoggedProcess): void {
  const { spec, log } = logged
  const child = spawnScript(ctx, spec, log)
  state.child = child
  state.startedAt = Date.now()
  if (state.crashes > 0) void announceReturn(state, ctx, logged)
  child.once('error', () => undefined)
  child.once('close', (code, signal) => {
    state.child = undefined
    if (!state.isWanted) return
    const ending = signal ?? `exit code ${code}`
    if (!state.hasBeenReady) {
      state.failure = new StartError(`${spec.name} could not start (${ending}). ${explain(log)}`)
      return
    }
    const delayMs = restartDelay(state)
    ctx.report.warn(spec.name, `ended (${ending}); restarting in ${delayMs / 1000} s (log: ${log.file})`)
    state.retry = setTimeout(() => launchInto(state, ctx, logged), delayMs)
  })
}

/** Reports when a crashed process is ready again. */
async function announceReturn(state: State, ctx: RunContext, { spec }: LoggedProcess): Promise<void> {
  const { child } = state
  while (state.child === child && state.isWanted && !ctx.signal.aborted) {
    if ((await spec.isReady()) && state.child === child) return ctx.report.note(spec.name, 'is back')
    await pause(100)
  }
}

function disableRestart(state: State): void {
  state.isWanted = false
  clearTimeout(state.retry)
}

/** Doubles with each crash, up to ten seconds; reset after 30 seconds of running. */
function restartDelay(state: State): number {
  state.crashes = Date.now() - state.startedAt > 30_000 ? 1 : state.crashes + 1
  return Math.min(10_000, 125 * 2 ** state.crashes)
}

/** In its own process group: Ctrl-C reaches the runner only, which stops everything in order. */
function spawnScript(ctx: RunContext, spec: Omit<ProcessSpec, 'isReady'>, log: ProcessLog): ChildProcess {
  const child = spawn(process.execPath, ['--import', preload, spec.script], {
    cwd: ctx.cwd,
    env: { NODE_COMPILE_CACHE: ctx.cacheDirectory, ...spec.env },
    detached: process.platform !== 'win32',
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  if (child.pid) ctx.onStarted(spec.name, child.pid, spec.script)
  if (child.stdout) log.follow(child.stdout, 'stdout')
  if (child.stderr) log.follow(child.stderr, 'stderr')
  return child
}

async function waitUntilReady(state: State, ctx: RunContext, { spec, log }: LoggedProcess): Promise<void> {
  const timeoutMs = spec.timeoutMs ?? defaultTimeoutMs
  const deadline = Date.now() + timeoutMs
  while (Date.now() < deadline) {
    if (state.failure) throw state.failure
    ctx.signal.throwIfAborted()
    if (!state.isWanted) throw new StartError(`${spec.name} was stopped before it was ready.`)
    if (state.child && (await spec.isReady())) {
      state.hasBeenReady = true
      return
    }
    await pause(50)
  }
  throw new StartError(`${spec.name} is not ready after ${timeoutMs / 1000} s. ${explain(log)}`)
}

async function signalAndWait(child: ChildProcess | undefined, signal: NodeJS.Signals, timeoutMs = 0): Promise<void> {
  if (!child || child.exitCode !== null || child.signalCode !== null) return
  const gone = new Promise<void>((resolve) => child.once('close', () => resolve()))
  child.kill(signal)
  const last = timeoutMs > 0 ? setTimeout(() => child.kill('SIGKILL'), timeoutMs) : undefined
  await gone
  clearTimeout(last)
}

/** Node reports on stderr where its debugger listens, or why it cannot. */
function isAboutDebugger(text: string): boolean {
  return /^(Debugger listening on|StartContext inspector on)/.test(text)
}

function explain(log: ProcessLog): string {
  const tail = log.tail()
  return tail ? `Its last output (the rest is in ${log.file}):\n${tail.replace(/^/gm, '  | ')}` : `It printed nothing.`
}
