import type { FetchNode } from '@apollo/query-planner'
import type { GraphQLFormattedError } from 'graphql'
import { aliasOf, compileMergedBody, isAlias } from '../compile/merged-body.ts'
import { compileBody } from '../compile/request-body.ts'
import { isObject } from '../lib/own-property.ts'
import type { Run, Send, SubgraphAnswer } from './execution.ts'
import { findMissing, type Missing } from './remember-entities.ts'

/** Entities that one of a request's fetches wants, each as JSON and each once. */
export interface WantedEntities {
  /** The place of the fetch among those of its request. */
  index: number
  representations: readonly string[]
}

/** Asks for entities: the answer to each of the fetches, as if it had been sent alone. */
export type AskEntities = (run: Run, wanted: readonly WantedEntities[]) => Promise<SubgraphAnswer>[]

/** A fetch, and the name by which equal fetches of its plan are known; null when there are none. */
export interface AskedFetch {
  fetch: FetchNode
  equalName: string | null
}

/** A fetch as a request of its own. */
interface Lone {
  ask: (run: Run, representations: readonly string[]) => Promise<SubgraphAnswer>
  /** Whether the answer may be worth keeping. */
  isPublic: () => boolean
}

/** An answer may be for one caller alone although the fetch's others are not: so many are looked at before it is merged. */
const patience = 8
/** After so many that were merged, one is looked at again. */
const lookAgainAfter = 128

/** Compiles the sending of fetches to one subgraph. Of equal entities that equal fetches of a run want, the subgraph is asked once. */
export function compileAsk(send: Send, fetches: readonly AskedFetch[]): AskEntities {
  const askTogether = compileTogether(send, fetches)
  if (fetches.every(({ equalName }) => equalName === null)) return askTogether
  return (run, wanted) => {
    const missing = wanted.map(({ index, representations }): Missing | null => {
      const equalName = fetches[index]?.equalName ?? null
      return equalName === null ? null : findMissing(run, equalName, representations)
    })
    const asked = wanted.map((one, place) => ({ ...one, ...missing[place] }))
    const fresh = asked.filter(({ representations }) => representations.length > 0)
    const answers = askTogether(run, fresh)
    return asked.map((one, place) => {
      const answer = answers[fresh.indexOf(one)] ?? null
      return missing[place]?.complete(answer) ?? answer ?? Promise.resolve({ data: null })
    })
  }
}

/**
 * What several fetches want goes out as one request. What may be kept for everybody is asked for apart, where anything is kept: an
 * answer is kept no longer than its least part.
 */
function compileTogether(send: Send, fetches: readonly AskedFetch[]): AskEntities {
  const lone = fetches.map(({ fetch }) => compileLone(send, fetch))
  const askLone = (run: Run, { index, representations }: WantedEntities) =>
    lone[index]?.ask(run, representations) ?? Promise.resolve({ data: null })
  if (fetches.length < 2) return (run, wanted) => wanted.map((one) => askLone(run, one))
  const bodyOf = compileMergedBody(fetches.map(({ fetch }) => fetch))
  return (run, wanted) => {
    const merged = wanted.filter(({ index }) => !lone[index]?.isPublic())
    if (merged.length < 2) return wanted.map((one) => askLone(run, one))
    const whole = send(bodyOf(run.variables, merged), run.context)
    return wanted.map(async (one) => {
      if (!merged.includes(one)) return await askLone(run, one)
      const answer = await whole
      return isRefused(answer) ? await askLone(run, one) : answerTo(one.index, answer)
    })
  }
}

function compileLone(send: Send, fetch: FetchNode): Lone {
  const bodyOf = compileBody(fetch)
  const { entities } = send
  if (!entities)
    return {
      ask: (run, representations) => send(bodyOf(run.variables, representations), run.context),
      isPublic: () => false,
    }
  let privateAnswers = 0
  let merged = 0
  return {
    ask: async ({ variables, context }, representations) => {
      const request = { representations, bodyOf: (some: readonly string[]) => bodyOf(variables, some) }
      const answer = await entities(request, context)
      privateAnswers = answer.isPublic ? 0 : privateAnswers + 1
      return answer
    },
    isPublic: () => privateAnswers < patience || ++merged % lookAgainAfter === 0,
  }
}

/** Whether there is no answer at all, be it for one part's sake; then each part is asked for alone, unless nobody answers. */
function isRefused({ data, errors = [] }: SubgraphAnswer): boolean {
  const isMissing = data === null || data === undefined
  return isMissing && !errors.some(({ extensions }) => extensions?.['code'] === 'UNAVAILABLE')
}

/** The part of a merged response that belongs to one of its fetches. Errors without a fetch are reported for each of them. */
function answerTo(index: number, { data, errors }: SubgraphAnswer): SubgraphAnswer {
  const alias = aliasOf(index)
  const own = errors?.flatMap((error): GraphQLFormattedError[] => {
    const [root, ...rest] = error.path ?? []
    if (root === alias) return [{ ...error, path: ['_entities', ...rest] }]
    return isAlias(root) ? [] : [error]
  })
  return {
    data: isObject(data) ? { _entities: data[alias] } : data,
    ...(own && own.length > 0 && { errors: own }),
  }
}
