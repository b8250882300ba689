/** One line that a process wrote: a record, or text such as a crash leaves. */
export interface LogLine {
  /** The process that wrote it, by the name of its log file. */
  process: string
  /** Milliseconds since 1970; text has the time of the record before it. */
  time: number
  level: number
  record: Readonly<Record<string, unknown>> | null
  text: string
}

/** The levels of a record, by name. */
export const levels = { trace: 10, debug: 20, info: 30, warn: 40, error: 50, fatal: 60 } as const

/** Which lines somebody wants to see. */
export interface LogFilter {
  minLevel: number
  /** The id of a request, as the gateway or the client named it. */
  requestId: string | null
}

/** Reads a line of a process's log, which comes after one of `before`. */
export function parseLogLine(process: string, text: string, before: number): LogLine {
  const record = parseRecord(text)
  if (!record) return { process, time: before, level: levels.info, record, text }
  const time = new Date(record['time'] as string | number).getTime()
  const level = typeof record['level'] === 'number' ? record['level'] : levels.info
  return { process, time: Number.isNaN(time) ? before : time, level, record, text }
}

/** Whether somebody wants to see a line. */
export function isWanted(line: LogLine, { minLevel, requestId }: LogFilter): boolean {
  if (line.level < minLevel) return false
  return requestId === null || [line.record?.['requestId'], line.record?.['clientRequestId']].includes(requestId)
}

/** A line that is a JSON object, or null. */
export function parseRecord(text: string): Record<string, unknown> | null {
  if (!text.startsWith('{')) return null
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
