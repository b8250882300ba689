import { closeSync, existsSync, fstatSync, openSync, readdirSync, readSync } from 'node:fs'
import { join } from 'node:path'
import { type LogLine, parseLogLine } from './log-line.ts'

/** Log files that are read incrementally. */
export interface LogFiles {
  /** The lines written since the last call, by time; lines of one process keep their order. */
  readNew: () => LogLine[]
}

/** The processes with a log in this folder; migrations have their own. */
export function processesIn(directory: string): string[] {
  if (!existsSync(directory)) return []
  const files = readdirSync(directory).filter((file) => file.endsWith('.log') && !file.endsWith('.previous.log'))
  return files.map((file) => file.slice(0, -'.log'.length)).sort()
}

/** Opens the logs of these processes; null: of all, also later ones. */
export function openLogFiles(directory: string, processes: readonly string[] | null): LogFiles {
  const cursors = new Map<string, Cursor>()
  return {
    readNew() {
      const lines = (processes ?? processesIn(directory)).flatMap((process) => {
        const cursor = cursors.get(process) ?? { inode: 0, offset: 0, time: 0 }
        cursors.set(process, cursor)
        return readFrom(join(directory, `${process}.log`), process, cursor)
      })
      return lines.sort((one, other) => one.time - other.time)
    },
  }
}

interface Cursor {
  /** The inode of the file last read: a new run creates a new file of the same name. */
  inode: number
  offset: number
  time: number
}

function readFrom(file: string, process: string, cursor: Cursor): LogLine[] {
  return readNewLines(file, cursor)
    .filter((text) => text.trim() !== '')
    .map((text) => {
      const line = parseLogLine(process, text, cursor.time)
      cursor.time = line.time
      return line
    })
}

function readNewLines(file: string, cursor: Cursor): string[] {
  if (!existsSync(file)) return []
  const descriptor = openSync(file, 'r')
  try {
    const { ino, size } = fstatSync(descriptor)
    if (ino !== cursor.inode || size < cursor.offset) Object.assign(cursor, { inode: ino, offset: 0 })
    const bytes = Buffer.alloc(size - cursor.offset)
    const read = readSync(descriptor, bytes, 0, bytes.length, cursor.offset)
    // The last line, or even its last character, may be incomplete.
    const whole = bytes.lastIndexOf(10, read - 1) + 1
    cursor.offset += whole
    return bytes.toString('utf8', 0, whole).split('\n')
  } finally {
    closeSync(descriptor)
  }
}
