import { createWriteStream, existsSync, mkdirSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { parseRecord } from '../logs/log-line.ts'

/** A process's log: complete in a file, last lines in memory, warnings on the console. */
export interface ProcessLog {
  file: string
  follow(stream: Readable, kind: 'stdout' | 'stderr'): void
  tail(): string
  close(): void
}

/** Called with a warning; `isRecord` distinguishes a log record from the raw text of a crash. */
export type OnWarning = (text: string, isRecord: boolean) => void

/** The location of a process's log, and whether it is appended to. */
export interface LogFile {
  directory: string
  name: string
  isAppended: boolean
  onLine?: OnLine | undefined
}

/** Called with each line of a process. Returns whether it was shown on the console; it is then not repeated as a warning. */
export type OnLine = (process: string, line: string) => boolean

/** Opens `<directory>/<name>.log`; the log of the previous run is kept as `<name>.previous.log`. */
export function openProcessLog({ directory, name, isAppended, onLine }: LogFile, onWarning: OnWarning): ProcessLog {
  mkdirSync(directory, { recursive: true })
  const file = join(directory, `${name}.log`)
  if (existsSync(file) && !isAppended) renameSync(file, join(directory, `${name}.previous.log`))
  const out = createWriteStream(file, { flags: 'a', mode: 0o600 })
  const last: string[] = []
  return {
    file,
    follow(stream, kind) {
      createInterface({ input: stream }).on('line', (line) => {
        out.write(`${line}\n`)
        last.push(line)
        if (last.length > 20) last.shift()
        if (onLine?.(name, line)) return
        const warning = warningIn(line, kind)
        if (warning) onWarning(warning, line.startsWith('{'))
      })
    },
    tail: () => last.map((line) => warningIn(line, 'stderr') ?? line).join('\n'),
    close: () => out.end(),
  }
}

const levels: Readonly<Record<number, string>> = { 40: 'warn', 50: 'error', 60: 'fatal' }

/** The console text of a line that is a warning or worse; else null. Everything on stderr that is no record counts as a warning. */
export function warningIn(line: string, kind: 'stdout' | 'stderr'): string | null {
  const record = parseRecord(line)
  if (!record) return kind === 'stderr' && line.trim() ? line : null
  const level = typeof record.level === 'number' ? levels[record.level] : String(record['log.level'] ?? record.level)
  if (!level || !['warn', 'error', 'fatal'].includes(level)) return null
  const reasons = [record.msg ?? record.message, messageOf(record.err ?? record.error), reasonIn(record.detail)]
  return `${level}: ${reasons.filter(Boolean).join(': ')}${subjectOf(record)}`
}

/** The response of a subgraph: a GraphQL error or any text. */
function reasonIn(detail: unknown): string {
  if (typeof detail !== 'string') return ''
  return messageOf(parseRecord(detail)) || detail.slice(0, 200)
}

/** The subject and the request id, for `npm run logs -- --request`. */
function subjectOf(record: Readonly<Record<string, unknown>>): string {
  const named = ['subgraph', 'task', 'sweep', 'requestId'].filter((key) => typeof record[key] === 'string')
  return named.length > 0 ? ` (${named.map((key) => `${key} ${record[key]}`).join(', ')})` : ''
}

function messageOf(error: unknown): string {
  return error && typeof error === 'object' && 'message' in error ? String(error.message) : ''
}
