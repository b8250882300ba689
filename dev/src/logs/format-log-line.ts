import pinoPretty from 'pino-pretty'
import type { LogLine } from './log-line.ts'

/** Formats a line for reading: time, level, message, then the other fields. */
export type LogFormat = (line: LogLine) => string

/** A format that begins every row with the name of the process. */
export function createLogFormat(isColoured: boolean): LogFormat {
  const pretty = pinoPretty.prettyFactory({
    colorize: isColoured,
    translateTime: 'SYS:HH:MM:ss.l',
    ignore: 'pid,hostname,service\\.name,v',
    singleLine: true,
  })
  return ({ process, record, text }) => {
    const name = `${process.padStart(12)} │ `
    const rows = record ? pretty(record).trimEnd() : text
    return rows.replace(/^/gm, isColoured ? `\u001b[36m${name}\u001b[0m` : name)
  }
}
