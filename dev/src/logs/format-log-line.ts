import pinoPretty from 'pino-pretty'
import type { LogLine } from './log-line.ts'

/** Writes a line for a person: time, level, message, then what else the record says, below it. */
export type LogFormat = (line: LogLine) => string

/** A format for lines of several processes, each named at the beginning of every row. */
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
