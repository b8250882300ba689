import { answerError, type Success, successOf } from './errors.ts'
import type { Operation } from './operation.ts'
import type { ClientOptions } from './options.ts'
import { type CallOptions, sendRequest } from './request.ts'
import { type Answer, type SubscriptionVariables, streamAnswers } from './subscribe.ts'
import { createTransport } from './transport.ts'

/** What one client of a gateway can do. */
export interface TikituClient {
  /** The data of the answer. @throws {TikituError} when there is any error, a partial one too */
  run<Result = unknown, Variables = Record<string, unknown>>(
    operation: Operation<Result, Variables>,
    ...call: CallArguments<Variables>
  ): Promise<Result>
  /**
   * What a mutation of one field did: `const venue = await client.mutate(CreateVenueDocument, { input })`. Of several successes it
   * gives either; its `__typename` tells which. Ask for `code` and `message` of every refusal, as all operations of the SDK do.
   * @throws {Refused} when the result is a refusal; {TikituError} as `run`
   */
  mutate<Result = unknown, Variables = Record<string, unknown>>(
    mutation: Operation<Result, Variables>,
    ...call: CallArguments<Variables>
  ): Promise<Success<Result>>
  /** The answer as it is: data as far as there is any, and the errors. @throws {TikituError} when no answer comes, or none in GraphQL */
  ask<Result = unknown, Variables = Record<string, unknown>>(
    operation: Operation<Result, Variables>,
    ...call: CallArguments<Variables>
  ): Promise<Answer<Result>>
  /**
   * What a subscription says: the state as it is, then each change. A connection that breaks is opened anew, with a new token, and
   * nobody notices but for the state that comes again. `variables` may be a function of the newest data (null at first), to go
   * on from there. `break` ends it, or `signal`.
   * @throws {TikituError} for a refusal that stays, or when it cannot be had for minutes
   */
  subscribe<Result = unknown, Variables = Record<string, unknown>>(
    operation: Operation<Result, Variables>,
    variables: SubscriptionVariables<Result, Variables>,
    options?: { signal?: AbortSignal },
  ): AsyncIterable<Answer<Result>>
}

/** Variables may be left out where none are needed. */
export type CallArguments<Variables> =
  Record<string, never> extends Variables
    ? [variables?: Variables | null, call?: CallOptions]
    : [variables: Variables, call?: CallOptions]

/** A client of one gateway. It keeps nothing between requests: no cache, no session. */
export function createClient(options: ClientOptions): TikituClient {
  const open = createTransport(options)
  const run: TikituClient['run'] = async (operation, ...[variables, call = {}]) => {
    const answer = await sendRequest(options, { operation, variables }, call)
    if (answer.errors.length > 0 || answer.data === null) throw answerError(answer)
    return answer.data as never
  }
  return {
    run,
    mutate: async (mutation, ...call) => successOf((await run(mutation, ...call)) as never),
    ask: async (operation, ...[variables, call = {}]) => {
      const { data, errors } = await sendRequest(options, { operation, variables }, call)
      return { data: data as never, errors }
    },
    subscribe: (operation, variables, { signal } = {}) =>
      streamAnswers({ operation, variables, open, token: options.token }, signal),
  }
}
