import { type DestinationStream, type Logger, pino } from 'pino'

export type Log = Logger

/**
 * A process's logger: one JSON line per record, with the service's name; secrets are left out. Goes to standard output unless
 * told otherwise.
 */
export function createLog(service: string, level: string, destination?: DestinationStream): Log {
  const options = {
    level,
    base: { 'service.name': service },
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: { paths: ['authorization', 'password', '*.authorization', '*.password', '*.token'], censor: '[left out]' },
  }
  return destination ? pino(options, destination) : pino(options)
}
