import { type Asked, streamAnswers } from './stream.ts'

/** A document of `@tikitu/client/operations`: its text, and the types of its result and variables. */
export interface Operation<Result, Variables> {
  toString(): string
  readonly __apiType?: (variables: Variables) => Result
  /** The hash of the document as the platform knows it. */
  readonly __meta__?: { hash?: string } | undefined
}

export interface ClientOptions {
  /** The gateway's GraphQL endpoint: `https://api.example.com/graphql`. */
  url: string
  /** Gives the caller's Cognito token before each request; nothing for somebody not signed in. */
  token?: () => string | null | undefined | Promise<string | null | undefined>
  /** Sent as Accept-Language: the language of messages. */
  language?: string
  /** Milliseconds after which a request is given up; 30,000 when absent. */
  timeoutMs?: number
  /** Milliseconds without a sign of life after which a stream is opened anew; 35,000 when absent, as the gateway says something every 10,000. */
  silenceMs?: number
  /** Sends the id of an operation in place of its text: less to send, and a gateway may take nothing else. */
  byId?: boolean
  /** In place of the global fetch. */
  fetch?: typeof fetch
}

/** One thing that the graph refused or could not do. `extensions.code` is stable. */
export interface GraphError {
  message: string
  path?: readonly (string | number)[]
  extensions?: { code?: string; [detail: string]: unknown }
}

/** The graph answered with errors, or not in GraphQL. `code` is that of the first error. */
export class GraphRequestFailed extends Error {
  override readonly name = 'GraphRequestFailed'
  readonly code: string
  /** The HTTP status; 0 when there was no answer. */
  readonly status: number
  readonly errors: readonly GraphError[]
  /** Names the request in the logs of the platform. */
  readonly requestId: string | null

  constructor(answer: { status: number; errors: readonly GraphError[]; requestId: string | null }) {
    const [first] = answer.errors
    super(first?.message ?? `The graph answered ${answer.status}.`)
    this.code = first?.extensions?.code ?? 'UNKNOWN'
    this.status = answer.status
    this.errors = answer.errors
    this.requestId = answer.requestId
  }
}

/** A mutation was refused with a member of its result union. `refusal` has the fields that were asked for. */
export class Refused<R extends Refusable = Refusable> extends Error {
  override readonly name = 'Refused'
  readonly code: string
  readonly refusal: R

  constructor(refusal: R) {
    super(refusal.message ?? `refused: ${refusal.__typename}`)
    this.code = refusal.code ?? 'UNKNOWN'
    this.refusal = refusal
  }
}

/** A member of a result union. */
export interface Refusable {
  __typename?: string
  code?: string
  message?: string
}

export interface TikituClient {
  /** The data of the answer. @throws {GraphRequestFailed} when there is any error, a partial one too */
  run<Result, Variables>(operation: Operation<Result, Variables>, ...variables: VariablesOf<Variables>): Promise<Result>
  /** The answer as it is: data as far as there is any, and the errors. @throws {GraphRequestFailed} when it is not GraphQL */
  ask<Result, Variables>(
    operation: Operation<Result, Variables>,
    ...variables: VariablesOf<Variables>
  ): Promise<Answer<Result>>
  /**
   * What a subscription says: the state as it is, then each change. A connection that breaks is opened anew, with a new token, and
   * nobody notices but for the state that comes again. `variables` may be a function of the newest data (`null` at first), to go
   * on from there. `break` ends it, or `signal`.
   * @throws {GraphRequestFailed} for a refusal that stays, or when it cannot be had for minutes
   */
  subscribe<Result, Variables>(
    operation: Operation<Result, Variables>,
    variables: Asked<Result, Variables>,
    options?: { signal?: AbortSignal },
  ): AsyncIterable<Answer<Result>>
}

export interface Answer<Result> {
  data: Result | null
  errors: readonly GraphError[]
}

type VariablesOf<Variables> = Record<string, never> extends Variables ? [variables?: Variables] : [variables: Variables]

/** A client of one gateway. It keeps nothing between requests: no cache, no session. */
export function createClient(options: ClientOptions): TikituClient {
  return {
    ask: (operation, ...[variables]) => send(options, operation, variables),
    run: async (operation, ...[variables]) => {
      const answer = await send(options, operation, variables)
      if (answer.errors.length > 0 || answer.data === null) throw new GraphRequestFailed(answer)
      return answer.data as never
    },
    subscribe: (operation, variables, { signal } = {}) =>
      streamAnswers(
        {
          open: (given, connection) => post(options, { operation, variables: given, isStream: true }, connection),
          failure: (answer) => new GraphRequestFailed(answer),
          silenceMs: options.silenceMs ?? 35_000,
        },
        variables,
        signal,
      ),
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

interface Received {
  data: never
  errors: readonly GraphError[]
  status: number
  requestId: string | null
}

interface Sent {
  operation: Pick<Operation<unknown, unknown>, '__meta__' | 'toString'>
  variables: unknown
  isStream: boolean
}

async function send(options: ClientOptions, operation: Sent['operation'], variables: unknown): Promise<Received> {
  const timeout = AbortSignal.timeout(options.timeoutMs ?? 30_000)
  const response = await post(options, { operation, variables, isStream: false }, timeout)
  const requestId = response.headers.get('x-request-id')
  const text = await response.text()
  const answer = parse(text)
  if (!answer) throw new GraphRequestFailed({ status: response.status, errors: [], requestId })
  return { data: (answer.data ?? null) as never, errors: answer.errors ?? [], status: response.status, requestId }
}

async function post(
  options: ClientOptions,
  { operation, variables, isStream }: Sent,
  signal: AbortSignal,
): Promise<Response> {
  const id = options.byId ? operation.__meta__?.hash : undefined
  const headers = await headersOf(options)
  return await (options.fetch ?? fetch)(options.url, {
    method: 'POST',
    headers: isStream ? { ...headers, accept: 'text/event-stream' } : headers,
    body: JSON.stringify(id ? { documentId: id, variables } : { query: String(operation), variables }),
    signal,
  })
}

async function headersOf(options: ClientOptions): Promise<Record<string, string>> {
  const token = await options.token?.()
  return {
    accept: 'application/graphql-response+json, application/json',
    'content-type': 'application/json',
    ...(token ? { authorization: `Bearer ${token}` } : {}),
    ...(options.language ? { 'accept-language': options.language } : {}),
  }
}

function parse(text: string): { data?: unknown; errors?: GraphError[] } | null {
  try {
    const value: { data?: unknown; errors?: GraphError[] } | null = JSON.parse(text)
    return value?.data !== undefined || Array.isArray(value?.errors) ? value : null
  } catch {
    return null
  }
}
