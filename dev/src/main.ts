import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { banner } from './banner.ts'
import { endWithFailure } from './end-with-failure.ts'
import { generateClient } from './generate-client.ts'
import { createLogFormat } from './logs/format-log-line.ts'
import { parseLogLine } from './logs/log-line.ts'
import { consoleReporter } from './report.ts'
import { loadDotEnv, root } from './repository.ts'
import { ensureSeason } from './season/ensure-season.ts'
import { type Stack, type StartOptions, startStack } from './start-stack.ts'
import { findUnknown, readKnownVariables } from './variables/find-unknown.ts'
import { watchSources } from './watch-sources.ts'

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
const firstStartNotice = ' The first time takes longest: databases are made and a season is put on sale.'
const stopping = new AbortController()
const report = consoleReporter(startedAt)
let firstSignalAt = 0

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stopOrGiveUp)
if (process.env.npm_lifecycle_event) endWithNpm(process.ppid)
const dotEnv = loadDotEnv()
for (const unknown of findUnknown(readKnownVariables(), { dotEnv, shell: Object.keys(process.env) })) {
  report.warn('environment', unknown)
}
try {
  await run()
} catch (error) {
  if (stopping.signal.aborted) report.line('\nStopped before everything was up.')
  else endWithFailure(error)
}
process.exit()

async function run(): Promise<void> {
  report.line(`${flags.only?.join(', ') ?? 'Tikitu'} starts.${isFirstStart() ? firstStartNotice : ''}`)
  const client = flags.only ? Promise.resolve() : generateClient()
  // Looked at once the stack is up; a failure before that would otherwise end this process in mid-start.
  client.catch(() => undefined)
  const stack = await startStack(
    { root, only: flags.only, without: flags.without, debug, env: process.env },
    { ...watched(), signal: stopping.signal },
  )
  const watching = flags.watch ? watchSources(stack, report) : null
  try {
    if (!flags.only) await welcome(stack, client)
    void stack.lenderEnded.then(endWithLender)
    await until(stopping.signal)
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

/** Whoever runs one service sees its whole log. */
function watched(): Pick<StartOptions, 'report' | 'onLine'> {
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
  await ensureSeason(stack, client, report)
  // GraphiQL is built when its page is first asked for: before somebody waits for it.
  void fetch(new URL('/graphiql', stack.graphUrl)).catch(() => undefined)
  report.line(banner(stack, (Date.now() - startedAt) / 1000))
}

function until(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => (signal.aborted ? resolve() : signal.addEventListener('abort', () => resolve())))
}

/** Without the databases of the stack that it was taken from, a service is of no use. */
function endWithLender(): void {
  report.warn('tikitu', 'the stack that this service was taken over from has ended')
  stopping.abort()
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
