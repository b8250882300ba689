/** A line of a process's log: a record, or text such as a stack trace. */
export interface LogLine {
  /** The process's name, which is that of its log file. */
  process: string
  /** Milliseconds since 1970; for text, the time of the previous record. */
  time: number
  level: number
  record: Readonly<Record<string, unknown>> | null
  text: string
}

/** The levels of a record, by name. */
export const levels = { trace: 10, debug: 20, info: 30, warn: 40, error: 50, fatal: 60 } as const

/** Which lines to show. */
export interface LogFilter {
  minLevel: number
  /** A request id of the gateway or the client. */
  requestId: string | null
}

/** Parses a line of a process's log; `before` is the time of the previous line. */
export function parseLogLine(process: string, text: string, before: number): LogLine {
  const record = parseRecord(text)
  if (!record) return { process, time: before, level: levels.info, record, text }
  const time = new Date(record['time'] as string | number).getTime()
  const level = typeof record['level'] === 'number' ? record['level'] : levels.info
  return { process, time: Number.isNaN(time) ? before : time, level, record, text }
}

/** Whether a line passes the filter. */
export function matchesFilter(line: LogLine, { minLevel, requestId }: LogFilter): boolean {
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
