import { createWriteStream, existsSync, mkdirSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { parseRecord } from './logs/log-line.ts'

/** A process's log: all of it in a file, its last lines in memory, its warnings on the console. */
export interface ProcessLog {
  file: string
  follow(stream: Readable, kind: 'stdout' | 'stderr'): void
  tail(): string
  close(): void
}

/** Called with a line that a person should see; `isRecord` tells a log record from text that a crash leaves. */
export type OnWarning = (text: string, isRecord: boolean) => void

/** Where a process's log is, and whether it goes on with what an earlier process of the same run wrote. */
export interface LogFile {
  directory: string
  name: string
  isContinued: boolean
  onLine?: OnLine | undefined
}

/** Called with a line that a process wrote. Says whether it was shown to the person at the console: it is then not told again. */
export type OnLine = (process: string, line: string) => boolean

/** Opens `<directory>/<name>.log`; the log of the run before is kept as `<name>.previous.log`. */
export function openProcessLog({ directory, name, isContinued, onLine }: LogFile, onWarning: OnWarning): ProcessLog {
  mkdirSync(directory, { recursive: true })
  const file = join(directory, `${name}.log`)
  if (existsSync(file) && !isContinued) renameSync(file, join(directory, `${name}.previous.log`))
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

/** What a person at the console should see of a log line, or null. Anything on stderr that is no record counts. */
export function warningIn(line: string, kind: 'stdout' | 'stderr'): string | null {
  const record = parseRecord(line)
  if (!record) return kind === 'stderr' && line.trim() ? line : null
  const level = typeof record.level === 'number' ? levels[record.level] : String(record['log.level'] ?? record.level)
  if (!level || !['warn', 'error', 'fatal'].includes(level)) return null
  const reasons = [record.msg ?? record.message, messageOf(record.err ?? record.error), reasonIn(record.detail)]
  return `${level}: ${reasons.filter(Boolean).join(': ')}${subjectOf(record)}`
}

/** What a subgraph answered: an error of GraphQL, or any text. */
function reasonIn(detail: unknown): string {
  if (typeof detail !== 'string') return ''
  return messageOf(parseRecord(detail)) || detail.slice(0, 200)
}

/** What and which request it is about: `npm run logs -- --request` shows the rest. */
function subjectOf(record: Readonly<Record<string, unknown>>): string {
  const named = ['subgraph', 'task', 'sweep', 'requestId'].filter((key) => typeof record[key] === 'string')
  return named.length > 0 ? ` (${named.map((key) => `${key} ${record[key]}`).join(', ')})` : ''
}

function messageOf(error: unknown): string {
  return error && typeof error === 'object' && 'message' in error ? String(error.message) : ''
}
