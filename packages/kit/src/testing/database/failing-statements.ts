import pg from 'pg'
import { createLog, type Log } from '../../base/log.ts'
import { isOfRights } from './statements.ts'

/** What `act` left behind each time one of its statements failed: one entry per statement. */
export interface Failure {
  /** The statement that was made to fail. */
  statement: string
  /** Everything a person could read of it: what was thrown, or answered. */
  outcome: string
}

type Query = pg.Client['query']

/**
 * Runs `act` again and again; in the n-th run Postgres refuses its n-th statement with parameters, until a run has no n-th.
 * The statement and its parameters are the real ones, with a text that does not parse.
 */
export async function failEachStatement(act: (run: number) => Promise<unknown>): Promise<Failure[]> {
  const failures: Failure[] = []
  for (let run = 0; run < 200; run++) {
    const failing = failStatement(run)
    const outcome = await act(run).then(JSON.stringify, textOf)
    failing.restore()
    if (failing.statement === null) return failures
    failures.push({ statement: failing.statement, outcome: outcome ?? '' })
  }
  throw new Error('more than 200 statements')
}

function failStatement(index: number): { statement: string | null; restore: () => void } {
  const query: Query = pg.Client.prototype.query
  const restore = () => {
    pg.Client.prototype.query = query
  }
  const state = { statement: null as string | null, restore }
  let left = index
  pg.Client.prototype.query = function (this: pg.Client, ...call: unknown[]): unknown {
    const [first, second] = call as [{ text?: string; values?: unknown[]; name?: string } | string, unknown]
    const config = typeof first === 'string' ? { text: first } : first
    const values = config.values ?? second
    const isEligible = Array.isArray(values) && values.length > 0 && !isOfRights(config.text ?? '')
    const isChosen = state.statement === null && isEligible && left-- === 0
    if (!isChosen) return Reflect.apply(query, this, call)
    state.statement = config.text ?? ''
    const { name: _name, ...unnamed } = config
    return Reflect.apply(query, this, [{ ...unnamed, text: `${config.text} )` }, ...call.slice(1)])
  } as Query
  return state
}

/** All that an error says, its causes and fields included. */
export function textOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const fields = Object.fromEntries(Object.getOwnPropertyNames(error).map((name) => [name, (error as never)[name]]))
  return `${error.stack} ${JSON.stringify({ ...fields, cause: undefined })} ${error.cause ? textOf(error.cause) : ''}`
}

/** A log of every level, and the lines that were written to it. */
export function logInMemory(service: string): { log: Log; lines: string[] } {
  const lines: string[] = []
  return { log: createLog(service, 'trace', { write: (line) => void lines.push(line) }), lines }
}
