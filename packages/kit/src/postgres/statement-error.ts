import { DrizzleQueryError } from 'drizzle-orm/errors'
import { PgPreparedQuery } from 'drizzle-orm/pg-core'
import pg from 'pg'

/**
 * A statement that failed, by its text and SQLSTATE. It holds no parameter and no value of a row, so it may be logged and kept:
 * addresses, codes and secrets travel in those.
 */
export class StatementError extends Error {
  override readonly name = 'StatementError'
  /** The statement, with `$1` where its parameters stood. */
  readonly statement: string

  constructor(statement: string, cause: unknown) {
    super(`${reasonOf(cause)} in: ${statement}`, { cause })
    this.statement = statement
  }
}

/** What an error of Postgres says besides its message. Each may quote a row or a parameter. */
const quotingFields = ['detail', 'where', 'internalQuery', 'hint'] as const

/** The driver's raw error, before it is wrapped. */
type ErrorMessage = { code?: string; message: string; stack?: string } & Partial<
  Record<(typeof quotingFields)[number], string>
>

/** The driver's protocol stream, which its types leave out. */
type WithConnection = pg.Client & { connection: NodeJS.EventEmitter }

/** Takes the values out of every error that this connection reports, before anybody sees it. */
export function stripErrorValues(client: pg.ClientBase): void {
  const { connection } = client as WithConnection
  connection.prependListener('errorMessage', (error: ErrorMessage) => void stripValues(error))
}

/**
 * The same error without the values that Postgres quotes. Class 22 (data exceptions) quotes them in the message itself, as in
 * `invalid input syntax for type uuid: "…"`, so only its code is left.
 */
function stripValues(error: ErrorMessage): void {
  for (const field of quotingFields) delete error[field]
  if (!error.code?.startsWith('22')) return
  const { message } = error
  error.message = `data exception (${error.code})`
  if (error.stack) error.stack = error.stack.replace(message, error.message)
}

function reasonOf(cause: unknown): string {
  if (cause instanceof pg.DatabaseError) return `${cause.message} (SQLSTATE ${cause.code})`
  return cause instanceof Error ? cause.message : 'The statement failed'
}

/** Drizzle's own method, which its types leave out. */
interface Runner {
  queryWithCache: (this: unknown, statement: string, params: unknown, query: unknown) => Promise<unknown>
}

/**
 * Drizzle writes all parameters of a failed statement into the message, the stack and a field of its error
 * (drizzle-team/drizzle-orm#5939). Its one place that throws is wrapped, so that no such error leaves it.
 */
export function unwrapDrizzleErrors(): void {
  const prototype = PgPreparedQuery.prototype as unknown as Runner
  const { queryWithCache } = prototype
  if (queryWithCache.name === unwrapped) return
  const wrapper = {
    [unwrapped]: async function (this: unknown, ...call: Parameters<Runner['queryWithCache']>): Promise<unknown> {
      try {
        return await queryWithCache.apply(this, call)
      } catch (error) {
        throw withoutParameters(error)
      }
    },
  }
  prototype.queryWithCache = wrapper[unwrapped] as Runner['queryWithCache']
}

const unwrapped = 'queryWithoutParametersInErrors'

function withoutParameters(error: unknown): unknown {
  if (!(error instanceof DrizzleQueryError)) return error
  const { query, cause } = error
  if (cause instanceof pg.DatabaseError) stripValues(cause)
  return new StatementError(query, cause)
}
