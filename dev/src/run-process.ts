import { type ChildProcess, spawn } from 'node:child_process'
import { setTimeout as pause } from 'node:timers/promises'
import { type LogFile, type OnLine, openProcessLog, type ProcessLog } from './process-log.ts'
import type { Reporter } from './report.ts'
import { StartError } from './start-error.ts'

/** What to run, and how to know that it is ready to be used. */
export interface ProcessSpec {
  name: string
  script: string
  env: Readonly<Record<string, string>>
  isReady: () => Promise<boolean>
  /** How long it may take to be ready the first time. Default: two minutes. */
  patienceMs?: number
}

/** What every process of one stack shares. */
export interface RunContext {
  cwd: string
  logDirectory: string
  /** Where Node keeps compiled code: the next start of the same code takes a quarter less. */
  cacheDirectory: string
  /** Whether the processes belong to a stack of another runner: they write on in its logs. */
  isJoining: boolean
  /** Sees every line that a process writes. */
  onLine?: OnLine | undefined
  report: Reporter
  /** Called for each process that was started, before it can have done anything. */
  onStarted: (name: string, pid: number, script: string) => void
  /** Aborted when the stack shall not come up any more: nothing new is started then. */
  signal: AbortSignal
}

/** A process that is kept running: when it dies it is started again, later and later, until it is stopped. */
export interface RunningProcess {
  readonly name: string
  readonly logFile: string
  /** Resolves when it answers. @throws {StartError} when it ended before it ever did, or takes longer than it may */
  ready(): Promise<void>
  /** Kills it as a crash would (−9), and resolves when it is gone. It is started again, unless it shall stay down. */
  kill(options?: { stayDown: boolean }): Promise<void>
  /** Ends it in good order, with −9 after `patienceMs`. It stays down until `start`. */
  stop(patienceMs?: number): Promise<void>
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

interface What {
  spec: ProcessSpec
  log: ProcessLog
}

/** A URL, as Node reads a path here: one with a `#` or a `%` would not be found. */
const preload = new URL('./follow-runner.ts', import.meta.url).href
const startPatienceMs = 120_000

/** Starts `spec.script` on this same Node and keeps it running. */
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
  // What a start that fails leaves on stderr is told once, with the failure.
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
      if (options?.stayDown) setAside(state)
      await signalAndWait(state.child, 'SIGKILL')
    },
    start() {
      state.isWanted = true
      if (!state.child) launch()
    },
    async stop(patienceMs = 12_000) {
      setAside(state)
      await signalAndWait(state.child, 'SIGTERM', patienceMs)
    },
  }
}

/** A command that runs once, to its end. @throws {StartError} with its last lines when it fails */
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
  return { directory: ctx.logDirectory, name, isContinued: ctx.isJoining, onLine: ctx.onLine }
}

function launchInto(state: State, ctx: RunContext, what: What): void {
  const { spec, log } = what
  const child = spawnScript(ctx, spec, log)
  state.child = child
  state.startedAt = Date.now()
  if (state.crashes > 0) void announceReturn(state, ctx, what)
  child.once('error', () => undefined)
  child.once('close', (code, signal) => {
    state.child = undefined
    if (!state.isWanted) return
    const ending = signal ?? `exit code ${code}`
    if (!state.hasBeenReady) {
      state.failure = new StartError(`${spec.name} could not start (${ending}). ${explain(log)}`)
      return
    }
    const pauseMs = pauseBeforeRestart(state)
    ctx.report.warn(spec.name, `ended (${ending}); it is started again in ${pauseMs / 1000} s (log: ${log.file})`)
    state.retry = setTimeout(() => launchInto(state, ctx, what), pauseMs)
  })
}

/** Whoever saw that it ended wants to know when it answers again. */
async function announceReturn(state: State, ctx: RunContext, { spec }: What): Promise<void> {
  const { child } = state
  while (state.child === child && state.isWanted && !ctx.signal.aborted) {
    if ((await spec.isReady()) && state.child === child) return ctx.report.note(spec.name, 'is back')
    await pause(100)
  }
}

function setAside(state: State): void {
  state.isWanted = false
  clearTimeout(state.retry)
}

/** Doubles with each crash, up to ten seconds; a process that ran for half a minute starts from the beginning. */
function pauseBeforeRestart(state: State): number {
  state.crashes = Date.now() - state.startedAt > 30_000 ? 1 : state.crashes + 1
  return Math.min(10_000, 125 * 2 ** state.crashes)
}

/** In a process group of its own, so that Ctrl-C reaches the runner alone and it can stop everything in order. */
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

async function waitUntilReady(state: State, ctx: RunContext, { spec, log }: What): Promise<void> {
  const patienceMs = spec.patienceMs ?? startPatienceMs
  const deadline = Date.now() + patienceMs
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
  throw new StartError(`${spec.name} is not ready after ${patienceMs / 1000} s. ${explain(log)}`)
}

async function signalAndWait(child: ChildProcess | undefined, signal: NodeJS.Signals, patienceMs = 0): Promise<void> {
  if (!child || child.exitCode !== null || child.signalCode !== null) return
  const gone = new Promise<void>((resolve) => child.once('close', () => resolve()))
  child.kill(signal)
  const last = patienceMs > 0 ? setTimeout(() => child.kill('SIGKILL'), patienceMs) : undefined
  await gone
  clearTimeout(last)
}

/** Node says on stderr where its debugger listens, or that it cannot. */
function isAboutDebugger(text: string): boolean {
  return /^(Debugger listening on|Starting inspector on)/.test(text)
}

function explain(log: ProcessLog): string {
  const tail = log.tail()
  return tail ? `Its last output (the rest is in ${log.file}):\n${tail.replace(/^/gm, '  | ')}` : `It printed nothing.`
}
