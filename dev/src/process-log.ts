import { createWriteStream, existsSync, mkdirSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'

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
}

/** Opens `<directory>/<name>.log`; the log of the run before is kept as `<name>.previous.log`. */
export function openProcessLog({ directory, name, isContinued }: LogFile, onWarning: OnWarning): ProcessLog {
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
  const record = line.startsWith('{') ? parse(line) : null
  if (!record) return kind === 'stderr' && line.trim() ? line : null
  const level = typeof record.level === 'number' ? levels[record.level] : String(record['log.level'] ?? record.level)
  if (!level || !['warn', 'error', 'fatal'].includes(level)) return null
  return `${level}: ${[record.msg ?? record.message, messageOf(record.err ?? record.error)].filter(Boolean).join(': ')}`
}

function parse(line: string): Record<string, unknown> | null {
  try {
    return JSON.parse(line)
  } catch {
    return null
  }
}

function messageOf(error: unknown): string {
  return error && typeof error === 'object' && 'message' in error ? String(error.message) : ''
}
