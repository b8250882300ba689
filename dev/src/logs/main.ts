// npm run logs [service …] [-- --request <id>] [-- --level warn] [-- --follow]: shows the logs of the stack's processes.
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { root } from '../stack/repository.ts'
import { createLogFormat } from './format-log-line.ts'
import { openLogFiles, processesIn } from './log-files.ts'
import { type LogFilter, levels, matchesFilter } from './log-line.ts'

const directory = join(root, '.tikitu', 'logs')
const { flags, names } = readArguments()
const filter = filterOf(flags)
const files = openLogFiles(directory, names.length > 0 ? names.flatMap((name) => [`${name}-migrate`, name]) : null)
const format = createLogFormat(process.stdout.isTTY)

// A search shows all matches; otherwise only the last lines.
const isSearch = filter.requestId !== null || filter.minLevel > levels.trace
show(isSearch ? Number.POSITIVE_INFINITY : Number(flags.lines))
process.on('SIGINT', () => process.exit(0))
process.stdout.on('error', () => process.exit(0))
while (flags.follow) {
  await pause(200)
  show(Number.POSITIVE_INFINITY)
}

function show(max: number): void {
  const lines = files.readNew().filter((line) => matchesFilter(line, filter))
  for (const line of lines.slice(-Math.min(max, lines.length || 1))) console.log(format(line))
}

function readArguments() {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        request: { type: 'string' },
        level: { type: 'string' },
        lines: { type: 'string', default: '200' },
        follow: { type: 'boolean', short: 'f' },
      },
    })
    const there = processesIn(directory)
    const absent = positionals.find((name) => !there.includes(name))
    if (absent !== undefined)
      return usage(`There is no log of ${absent}. There are: ${there.join(', ') || 'none yet'}.`)
    if (!(Number(values.lines) > 0)) return usage('--lines must be a positive number.')
    return { flags: values, names: positionals }
  } catch (error) {
    return usage((error as Error).message)
  }
}

function filterOf({ level, request }: { level?: string; request?: string }): LogFilter {
  const minLevel = level === undefined ? levels.trace : levels[level as keyof typeof levels]
  return { minLevel: minLevel ?? usage(`There is no level ${level}.`), requestId: request ?? null }
}

function usage(problem: string): never {
  console.error(`${problem}
npm run logs                             the last 200 lines of all processes, by time
npm run logs booking payment             only of these
npm run logs -- --follow                 and new lines as they come
npm run logs -- --request req_…          one request through all services (its id is in x-request-id and in errors)
npm run logs -- --level warn             trace, debug, info, warn, error or fatal, and above`)
  process.exit(1)
}
