import { answerError, type GraphError, TikituError } from './errors.ts'
import type { AnyOperation } from './operation.ts'
import type { TokenSource } from './options.ts'
import type { OpenSubscription, StreamedAnswer } from './streamed-answer.ts'

/** An answer as it is: data as far as there is any, and the errors. */
export interface Answer<Result> {
  data: Result | null
  errors: readonly GraphError[]
}

/** The variables, or what they are after the newest data (null at first). */
export type SubscriptionVariables<Result, Variables> = Variables | ((last: Result | null) => Variables)

/** A subscription, and how its connections are made. */
export interface Subscription<Result, Variables> {
  operation: AnyOperation
  variables: SubscriptionVariables<Result, Variables>
  open: OpenSubscription
  token: TokenSource | undefined
}

const pauseMs = { first: 500, longest: 30_000 }
const maxFailures = 10
/** Errors after which the client reconnects. */
const passingCodes: ReadonlySet<string> = new Set(['UNREACHABLE', 'TIMEOUT', 'UNAVAILABLE', 'RATE_LIMITED'])
const passingStatuses: ReadonlySet<number> = new Set([429, 502, 503, 504])

interface Progress<Result> {
  last: Result | null
  /** How often it failed since something came. */
  failures: number
  /** The token of the newest connection. */
  token: string | null | undefined
  /** A token that was refused since something came: it is replaced once. */
  refusedToken: string | undefined
  isTokenRefused: boolean
}

/**
 * The answers of a subscription, over as many connections as it takes. Ends when its source is over, or `signal` says so.
 * @throws {TikituError} for a refusal that stays, and after too many failures in a row
 */
export async function* streamAnswers<Result, Variables>(
  subscription: Subscription<Result, Variables>,
  signal: AbortSignal | undefined,
): AsyncGenerator<Answer<Result>, void, undefined> {
  const progress: Progress<Result> = {
    last: null,
    failures: 0,
    token: null,
    refusedToken: undefined,
    isTokenRefused: false,
  }
  while (!signal?.aborted) {
    const control = new AbortController()
    const abort = (): void => control.abort()
    signal?.addEventListener('abort', abort)
    try {
      return yield* connect(subscription, progress, control)
    } catch (error) {
      if (signal?.aborted) return
      await waitAfter(error, progress, signal)
    } finally {
      signal?.removeEventListener('abort', abort)
      abort()
    }
  }
}

async function* connect<Result, Variables>(
  { operation, variables, open, token }: Subscription<Result, Variables>,
  progress: Progress<Result>,
  control: AbortController,
): AsyncGenerator<Answer<Result>, void, undefined> {
  progress.token = await token?.(progress.refusedToken)
  const given = variables instanceof Function ? variables(progress.last) : variables
  for await (const streamed of open({ request: { operation, variables: given }, token: progress.token }, control)) {
    const answer = requireData<Result>(streamed)
    progress.failures = 0
    progress.isTokenRefused = false
    progress.refusedToken = undefined
    progress.last = answer.data ?? progress.last
    yield answer
  }
}

/** An answer without data is the end of a stream: for good, or for now. */
function requireData<Result>({ data, errors = [], status = 0, requestId = null }: StreamedAnswer): Answer<Result> {
  if (data === undefined) throw answerError({ status, errors, requestId })
  return { data: data as Result | null, errors }
}

/** Growing pauses with jitter between attempts to connect. A refused token is replaced at once, and only once. */
async function waitAfter(error: unknown, progress: Progress<unknown>, signal: AbortSignal | undefined): Promise<void> {
  if (!(error instanceof TikituError)) throw error
  if (error.code === 'UNAUTHENTICATED' || error.status === 401) {
    if (progress.isTokenRefused) throw error
    progress.isTokenRefused = true
    progress.refusedToken = progress.token ?? undefined
    return
  }
  if (!passingCodes.has(error.code) && !passingStatuses.has(error.status)) throw error
  if (++progress.failures > maxFailures) throw error
  const growing = Math.min(pauseMs.first * 2 ** (progress.failures - 1), pauseMs.longest)
  await pause((error.retryAfterMs ?? 0) + growing * (0.5 + Math.random()), signal)
}

async function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  await new Promise<void>((resolve) => {
    const end = (): void => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', end)
      resolve()
    }
    const timer = setTimeout(end, ms)
    signal?.addEventListener('abort', end)
  })
}
