import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { banner } from './banner.ts'
import { exitWithError } from './commands/exit-with-error.ts'
import { createLogFormat } from './logs/format-log-line.ts'
import { parseLogLine } from './logs/log-line.ts'
import { consoleReporter } from './processes/reporter.ts'
import { ensureSeedData } from './seed/ensure-seed-data.ts'
import { generateClient } from './stack/generate-client.ts'
import { loadDotEnv, root } from './stack/repository.ts'
import { type Stack, type StartOptions, startStack } from './stack/start-stack.ts'
import { watchSources } from './stack/watch-sources.ts'
import { findUnknown, readKnownVariables } from './variables/find-unknown.ts'

const startedAt = performance.timeOrigin
const { values: flags } = parseArgs({
  options: {
    watch: { type: 'boolean' },
    only: { type: 'string', multiple: true },
    without: { type: 'string', multiple: true },
    inspect: { type: 'boolean' },
    'inspect-wait': { type: 'boolean' },
  },
})
const debug = flags['inspect-wait'] ? '--inspect-wait' : flags.inspect ? '--inspect' : null
const firstStartNotice = ' The first start takes longer: it creates the databases and puts demo events on sale.'
const stopping = new AbortController()
const report = consoleReporter(startedAt)
let firstSignalAt = 0

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stopOrForceExit)
if (process.env.npm_lifecycle_event) stopWithNpm(process.ppid)
const dotEnv = loadDotEnv()
for (const unknown of findUnknown(readKnownVariables(), { dotEnv, shell: Object.keys(process.env) })) {
  report.warn('environment', unknown)
}
try {
  await run()
} catch (error) {
  if (stopping.signal.aborted) report.line('\nStopped during the start.')
  else exitWithError(error)
}
process.exit()

async function run(): Promise<void> {
  report.line(`${flags.only?.join(', ') ?? 'Tikitu'} starts.${isFirstStart() ? firstStartNotice : ''}`)
  const client = flags.only ? Promise.resolve() : generateClient()
  // Awaited once the stack is up; an earlier failure must not end this process.
  client.catch(() => undefined)
  const stack = await startStack(
    { root, only: flags.only, without: flags.without, debug, env: process.env },
    { ...reportOptions(), signal: stopping.signal },
  )
  const watching = flags.watch ? watchSources(stack, report) : null
  try {
    if (!flags.only) await welcome(stack, client)
    void stack.ownerEnded.then(stopWithOwner)
    await untilAborted(stopping.signal)
  } finally {
    watching?.close()
    report.line('\nStopping …')
    await report.during('processes end', stack.stop())
    report.line('Stopped. Your data is kept.')
  }
}

function isFirstStart(): boolean {
  return !flags.only && !existsSync(join(root, '.tikitu/secrets.json'))
}

/** With `--only`, all logs of those services are shown. */
function reportOptions(): Pick<StartOptions, 'report' | 'onLine'> {
  if (!flags.only) return { report }
  const format = createLogFormat(process.stdout.isTTY)
  const names = flags.only
  const onLine = (name: string, line: string): boolean => {
    if (names.includes(name)) report.line(format(parseLogLine(name, line, Date.now())))
    return names.includes(name)
  }
  return { report, onLine }
}

async function welcome(stack: Stack, client: Promise<void>): Promise<void> {
  await ensureSeedData(stack, client, report)
  // Builds GraphiQL ahead of its first use.
  void fetch(new URL('/graphiql', stack.graphUrl)).catch(() => undefined)
  report.line(banner(stack, (Date.now() - startedAt) / 1000))
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => (signal.aborted ? resolve() : signal.addEventListener('abort', () => resolve())))
}

/** A service that was taken over cannot run without the stack's databases. */
function stopWithOwner(): void {
  report.warn('tikitu', 'the stack of this service has stopped')
  stopping.abort()
}

/** The terminal and npm both pass on the first Ctrl-C; only a later one forces an exit. */
function stopOrForceExit(): void {
  firstSignalAt ||= Date.now()
  if (Date.now() - firstSignalAt > 2_000) process.exit(1)
  stopping.abort()
}

/** npm's shell does not pass on SIGTERM; without this check, the platform would outlive npm. */
function stopWithNpm(shell: number): void {
  setInterval(() => process.ppid !== shell && stopping.abort(), 500).unref()
}
