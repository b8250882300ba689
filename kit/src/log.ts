import { type Logger, pino } from 'pino'

export type Log = Logger

/** A process's logger: one JSON line per record on standard output, with the service's name; secrets are left out. */
export function createLog(service: string, level: string): Log {
  return pino({
    level,
    base: { 'service.name': service },
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: { paths: ['authorization', 'password', '*.authorization', '*.password', '*.token'], censor: '[left out]' },
  })
}
