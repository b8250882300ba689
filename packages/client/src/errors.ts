/** One thing that the graph refused or could not do. `extensions.code` is stable. */
export interface GraphError {
  message: string
  path?: readonly (string | number)[]
  extensions?: { code?: string; [detail: string]: unknown }
}

/** What is known of an error beside its message. */
export interface ErrorDetails {
  code: string
  status?: number
  errors?: readonly GraphError[]
  requestId?: string | null
  retryAfterMs?: number | null
  cause?: unknown
}

/**
 * Whatever goes wrong between an app and the graph. `code` is stable: that of a refusal, that of the graph's first error
 * (`UNAUTHENTICATED`, `RATE_LIMITED`, …), or one of the client's own: `UNREACHABLE` (offline, no such host, refused by CORS), `TIMEOUT`,
 * `INVALID_RESPONSE` (what answered speaks no GraphQL), `INVALID_REQUEST` (the variables are no JSON), `UNSUPPORTED` (this
 * runtime has no transport for subscriptions), `UNKNOWN` (an error without a code).
 */
export class TikituError extends Error {
  override readonly name: string = 'TikituError'
  readonly code: string
  /** The HTTP status; 0 when no answer came, or none over HTTP. */
  readonly status: number
  /** All errors of the answer. */
  readonly errors: readonly GraphError[]
  /** Names the request in the logs of the platform. */
  readonly requestId: string | null
  /** How long the platform asks to wait before the next try, in milliseconds. */
  readonly retryAfterMs: number | null
  /** What caused it: the error that `fetch` threw, for one. */
  override readonly cause: unknown

  constructor(message: string, details: ErrorDetails) {
    super(message)
    this.code = details.code
    this.status = details.status ?? 0
    this.errors = details.errors ?? []
    this.requestId = details.requestId ?? null
    this.retryAfterMs = details.retryAfterMs ?? null
    this.cause = details.cause
  }
}

/** A member of a result union. */
export interface Refusable {
  __typename?: string
  code?: string
  message?: string
}

/** The fields of a result that is a refusal. No success has both. */
interface RefusalFields {
  code: string
  message: string
}

/** What the one field of a mutation gives when it is not refused. */
export type Success<Data> = unknown extends Data
  ? unknown
  : Exclude<Data[Exclude<keyof Data, '__typename'>], RefusalFields>

/** A mutation was refused with a member of its result union. `refusal` has the fields that were asked for. */
export class Refused<R extends Refusable = Refusable> extends TikituError {
  override readonly name = 'Refused'
  readonly refusal: R

  constructor(refusal: R) {
    super(refusal.message ?? `refused: ${refusal.__typename}`, { code: refusal.code ?? 'UNKNOWN', status: 200 })
    this.refusal = refusal
  }
}

/**
 * The result, when it is the union's member of that name: `succeed(data.holdSeats, 'Hold').expiresAt`.
 * @throws {Refused} when it is another member
 */
export function succeed<R extends Refusable, N extends NonNullable<R['__typename']>>(
  result: R,
  name: N,
): Extract<R, { __typename?: N }> {
  if (result.__typename !== name) throw new Refused(result)
  return result as Extract<R, { __typename?: N }>
}

/**
 * The result of the one field of a mutation.
 * @throws {Refused} when it is a refusal
 */
export function successOf<Data>(data: Data): Success<Data> {
  const [result, ...others] = Object.entries(data as object).flatMap(([name, value]) =>
    name === '__typename' ? [] : [value],
  )
  if (others.length > 0)
    throw new TikituError('`mutate` takes a mutation of one field: use `run`.', { code: 'INVALID_REQUEST' })
  if (isRefusal(result)) throw new Refused(result)
  return result
}

function isRefusal(result: Partial<RefusalFields> | null | undefined): result is RefusalFields {
  return typeof result?.code === 'string' && typeof result.message === 'string'
}

/** What is known of an answer that has errors. */
export interface FailedAnswer {
  status: number
  errors: readonly GraphError[]
  requestId: string | null
  retryAfterMs?: number | null
}

/** The error for an answer: that of its first error. */
export function answerError(answer: FailedAnswer): TikituError {
  const [first] = answer.errors
  const message = first?.message ?? 'The graph answered without data.'
  return new TikituError(message, { ...answer, code: first?.extensions?.code ?? 'UNKNOWN' })
}

/** The error for an answer that is no GraphQL: a proxy's page, another server. */
export function invalidResponse(answer: Omit<FailedAnswer, 'errors'>): TikituError {
  return new TikituError(`The response is not GraphQL (HTTP status ${answer.status}).`, {
    ...answer,
    code: 'INVALID_RESPONSE',
  })
}

/** The error for a connection that could not be made, or broke. */
export function unreachable(url: string, cause?: unknown): TikituError {
  const reason = cause instanceof Error && cause.message ? ` (${cause.message})` : ''
  return new TikituError(`${url} cannot be reached${reason}.`, { code: 'UNREACHABLE', cause })
}

/** The error for a graph that says nothing for so long. */
export function timedOut(url: string, ms: number): TikituError {
  return new TikituError(`${url} did not answer within ${ms / 1_000} seconds.`, { code: 'TIMEOUT' })
}
