import { parseArgs } from 'node:util'
import { banner } from './banner.ts'
import { generateClient } from './generate-client.ts'
import { consoleReporter } from './report.ts'
import { loadDotEnv, root } from './repository.ts'
import { ensureSeason } from './season/ensure-season.ts'
import { StartError } from './start-error.ts'
import { type Stack, startStack } from './start-stack.ts'
import { watchSources } from './watch-sources.ts'

const startedAt = performance.timeOrigin
const { values: flags } = parseArgs({
  options: {
    watch: { type: 'boolean' },
    only: { type: 'string', multiple: true },
    without: { type: 'string', multiple: true },
  },
})
const stopping = new AbortController()
const report = consoleReporter(startedAt)
let firstSignalAt = 0

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stopOrGiveUp)
if (process.env.npm_lifecycle_event) endWithNpm(process.ppid)
loadDotEnv()
try {
  await run()
} catch (error) {
  if (stopping.signal.aborted) report.line('\nStopped before everything was up.')
  else tell(error)
}
process.exit()

async function run(): Promise<void> {
  report.line('Tikitu starts. The first time takes longest: databases are made and a season is put on sale.')
  const client = flags.only ? Promise.resolve() : generateClient()
  // Looked at once the stack is up; a failure before that would otherwise end this process in mid-start.
  client.catch(() => undefined)
  const stack = await startStack(
    { root, only: flags.only, without: flags.without, env: process.env },
    { report, signal: stopping.signal },
  )
  const watching = flags.watch ? watchSources(stack, report) : null
  try {
    if (!flags.only) await welcome(stack, client)
    await until(stopping.signal)
  } finally {
    watching?.close()
    report.line('\nStopping …')
    await stack.stop()
    report.line('Stopped. Your data is kept.')
  }
}

async function welcome(stack: Stack, client: Promise<void>): Promise<void> {
  await ensureSeason(stack, client, report)
  report.line(banner(stack, (Date.now() - startedAt) / 1000))
}

function until(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => (signal.aborted ? resolve() : signal.addEventListener('abort', () => resolve())))
}

/** npm passes a Ctrl-C on that the terminal has sent us too: only a later one means that somebody lost patience. */
function stopOrGiveUp(): void {
  firstSignalAt ||= Date.now()
  if (Date.now() - firstSignalAt > 2_000) process.exit(1)
  stopping.abort()
}

/** npm's shell does not pass a SIGTERM on: without it, whoever ends npm would leave the whole platform running. */
function endWithNpm(shell: number): void {
  setInterval(() => process.ppid !== shell && stopping.abort(), 500).unref()
}

function tell(error: unknown): void {
  process.exitCode = 1
  console.error(error instanceof StartError ? `\n${error.message}\n` : error)
}
