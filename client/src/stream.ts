import type { Answer, GraphError } from './client.ts'
import { readEvents } from './read-events.ts'

/** How a stream is opened, and what is thrown when it fails for good. */
export interface StreamSource<Variables> {
  /** Asks for the stream, with the token of the moment. */
  open: (variables: Variables, signal: AbortSignal) => Promise<Response>
  failure: (answer: { status: number; errors: readonly GraphError[]; requestId: string | null }) => Error
  /** Without a sign of life for so long, a stream is opened anew. */
  silenceMs: number
}

/** The variables, or what they are after the newest data. */
export type Asked<Result, Variables> = Variables | ((last: Result | null) => Variables)

const pauseMs = { first: 500, longest: 30_000 }
const maxFailures = 10
/** What may be over when the client comes again. */
const passing: ReadonlySet<unknown> = new Set(['UNAVAILABLE', 'RATE_LIMITED', 'UNAUTHENTICATED'])
const passingStatuses: ReadonlySet<number> = new Set([401, 429, 502, 503, 504])

/** A stream broke, or was refused for now. */
class Interrupted extends Error {
  override readonly name = 'Interrupted'
  readonly failure: Error
  readonly isToken: boolean
  readonly waitMs: number

  constructor(failure: Error, { isToken = false, waitMs = 0 } = {}) {
    super(failure.message)
    this.failure = failure
    this.isToken = isToken
    this.waitMs = waitMs
  }
}

interface Progress<Result> {
  last: Result | null
  /** How often it failed since something came. */
  failures: number
}

/**
 * The answers of a subscription, over as many connections as it takes. Ends when its source is over, or `signal` says so.
 * @throws what `failure` makes of a refusal that stays, or of too many interruptions in a row
 */
export async function* streamAnswers<Result, Variables>(
  source: StreamSource<Variables>,
  asked: Asked<Result, Variables>,
  signal: AbortSignal | undefined,
): AsyncGenerator<Answer<Result>, void, undefined> {
  const progress: Progress<Result> = { last: null, failures: 0 }
  while (!signal?.aborted) {
    const control = new AbortController()
    const abort = (): void => control.abort()
    signal?.addEventListener('abort', abort)
    try {
      const variables = asked instanceof Function ? asked(progress.last) : asked
      return yield* connect(source, variables, { control, progress })
    } catch (error) {
      if (signal?.aborted) return
      await waitAfter(error, progress, signal)
    } finally {
      signal?.removeEventListener('abort', abort)
      control.abort()
    }
  }
}

interface Connection<Result> {
  control: AbortController
  progress: Progress<Result>
}

async function* connect<Result, Variables>(
  source: StreamSource<Variables>,
  variables: Variables,
  { control, progress }: Connection<Result>,
): AsyncGenerator<Answer<Result>, void, undefined> {
  const failed = (status: number, errors: readonly GraphError[] = [], requestId: string | null = null) =>
    source.failure({ status, errors, requestId })
  let alarm = setTimeout(() => control.abort(), source.silenceMs)
  const onLife = (): void => {
    clearTimeout(alarm)
    alarm = setTimeout(() => control.abort(), source.silenceMs)
  }
  try {
    const response = await source.open(variables, control.signal).catch((cause: unknown) => {
      throw new Interrupted(Object.assign(failed(0), { cause }))
    })
    const requestId = response.headers.get('x-request-id')
    const body = requireStream(response, await refusalOf(response), (errors) =>
      failed(response.status, errors, requestId),
    )
    for await (const { name, data } of uninterrupted(readEvents(body, onLife), () => failed(0, [], requestId))) {
      if (name === 'complete') return
      const answer = readAnswer<Result>(data, (errors) => failed(response.status, errors, requestId))
      progress.failures = 0
      progress.last = answer.data ?? progress.last
      yield answer
    }
    throw new Interrupted(failed(0, [], requestId))
  } finally {
    clearTimeout(alarm)
  }
}

type Fail = (errors: readonly GraphError[]) => Error

/** The body when it is a stream. @throws what to think of it when it is not */
function requireStream(
  response: Response,
  refusal: readonly GraphError[] | null,
  fail: Fail,
): ReadableStream<Uint8Array> {
  if (refusal === null && response.body) return response.body
  const failure = fail(refusal ?? [])
  if (!passingStatuses.has(response.status)) throw failure
  const waitMs = Number(response.headers.get('retry-after') ?? 0) * 1_000 || 0
  throw new Interrupted(failure, { isToken: response.status === 401, waitMs })
}

/** The errors of a response that is no stream; null when it is one. */
async function refusalOf(response: Response): Promise<readonly GraphError[] | null> {
  if (response.ok && response.headers.get('content-type')?.startsWith('text/event-stream')) return null
  try {
    const { errors } = (await response.json()) as { errors?: GraphError[] }
    return Array.isArray(errors) ? errors : []
  } catch {
    return []
  }
}

async function* uninterrupted<T>(events: AsyncGenerator<T>, fail: () => Error): AsyncGenerator<T, void, undefined> {
  try {
    yield* events
  } catch {
    throw new Interrupted(fail())
  }
}

/** An answer without data is the end of a stream: for good, or for now. */
function readAnswer<Result>(text: string, fail: Fail): Answer<Result> {
  const { data, errors = [] }: { data?: Result | null; errors?: GraphError[] } = JSON.parse(text)
  if (data !== undefined) return { data, errors }
  const code = errors[0]?.extensions?.code
  if (!passing.has(code)) throw fail(errors)
  throw new Interrupted(fail(errors), { isToken: code === 'UNAUTHENTICATED' })
}

/** Pauses grow, and no two clients come again at one moment. A token is asked for anew at once, and once. */
async function waitAfter(error: unknown, progress: Progress<unknown>, signal: AbortSignal | undefined): Promise<void> {
  if (!(error instanceof Interrupted)) throw error
  progress.failures++
  const { failure, isToken, waitMs } = error
  if (progress.failures > (isToken ? 1 : maxFailures)) throw failure
  if (isToken) return
  const growing = Math.min(pauseMs.first * 2 ** (progress.failures - 1), pauseMs.longest)
  await pause(waitMs + growing * (0.5 + Math.random()), signal)
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
