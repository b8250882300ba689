import type { FetchNode } from '@apollo/query-planner'
import { GraphQLError, type GraphQLFormattedError, isInterfaceType } from 'graphql'
import { asGraphQLError } from '../errors/as-graphql-error.ts'
import { compileTargets, type Located, locateTargets } from './collect-targets.ts'
import type { PlanSurroundings } from './compile-plan.ts'
import { compileRequires } from './compile-requires.ts'
import { fetchError } from './fetch-error.ts'
import { type Group, groupEqual } from './group-equal.ts'
import { type Contended, mergeInto, mergeIntoAll } from './merge.ts'
import { isObject } from './own.ts'
import { type BodyOf, compileBody } from './request-body.ts'
import { compileRewrites, type Rewrite } from './rewrites.ts'
import type { Path, ResultObject, Run, Send, Step, SubgraphAnswer } from './run.ts'

/** Where in the plan a fetch stands. */
export interface FetchPlace {
  fetch: FetchNode
  path: Path
  contended: Contended
}

interface Fetching extends FetchPlace {
  send: Send
  rewrite: Rewrite | null
  bodyOf: BodyOf
  /** Null where the subgraph has objects of these types, and says what they are. */
  isAbstract: IsAbstract | null
}

/** Compiles one fetch. Whatever goes wrong in it becomes errors of the run, and the rest goes on. */
export function compileFetch({ schema, sendTo }: PlanSurroundings, place: FetchPlace): Step {
  const { fetch, path } = place
  const fetching: Fetching = {
    ...place,
    send: sendTo(fetch.serviceName),
    rewrite: compileRewrites(schema, fetch.outputRewrites),
    bodyOf: compileBody(fetch),
    isAbstract: fetch.inputRewrites
      ? (name) => typeof name === 'string' && isInterfaceType(schema.getType(name))
      : null,
  }
  const collect = compileTargets(path)
  const findRepresenter = fetch.requires ? compileRequires(schema, fetch) : null
  return (run) => {
    const targets = collect(run)
    if (targets.length === 0) return undefined
    if (!findRepresenter) return guarded(run, fetchRoot(fetching, run, targets))
    const wanted = groupEqual(targets, findRepresenter)
    return wanted.length === 0 ? undefined : guarded(run, fetchEntities(fetching, run, wanted))
  }
}

async function guarded(run: Run, fetched: Promise<void>): Promise<void> {
  try {
    await fetched
  } catch (error) {
    run.errors.push(asGraphQLError(error))
  }
}

async function fetchRoot(fetching: Fetching, run: Run, targets: ResultObject[]): Promise<void> {
  const answer = await fetching.send(fetching.bodyOf(run.variables, null), run.context)
  if (answer.errors) keepErrors(fetching, run, answer)
  if (isObject(answer.data)) deliver(fetching, run, { targets, data: answer.data })
}

async function fetchEntities(fetching: Fetching, run: Run, wanted: readonly Group[]): Promise<void> {
  const representations = wanted.map(({ representation }) => representation)
  const answer = await askForEntities(fetching, run, representations)
  const targets = wanted.map((group) => group.targets)
  if (answer.errors) keepEntityErrors(fetching, run, { errors: answer.errors, targets })
  if (answer.data === null || answer.data === undefined) return
  const entities = isObject(answer.data) ? answer.data['_entities'] : undefined
  if (!Array.isArray(entities)) throw new GraphQLError('Expected "data._entities" in response to be an array')
  if (entities.length !== targets.length)
    throw new GraphQLError(`Expected "data._entities" to contain ${targets.length} elements`)
  for (let index = 0; index < targets.length; index++) {
    const entity: unknown = entities[index]
    const equal = targets[index]
    if (equal && isObject(entity))
      deliver(fetching, run, { targets: equal, data: typed(entity, equal, fetching.isAbstract) })
  }
}

function askForEntities(
  { send, bodyOf }: Fetching,
  { variables, context }: Run,
  representations: readonly string[],
): Promise<SubgraphAnswer> {
  if (!send.entities) return send(bodyOf(variables, representations), context)
  return send.entities({ representations, bodyOf: (some) => bodyOf(variables, some) }, context)
}

/** An entity whose type was not asked for is what its representation said; so is one whose subgraph knows it by an interface only. */
function typed(entity: ResultObject, [target]: readonly ResultObject[], isAbstract: IsAbstract | null): ResultObject {
  const own = entity['__typename']
  if ((!own || isAbstract?.(own)) && target) entity['__typename'] = target['__typename']
  return entity
}

type IsAbstract = (typename: unknown) => boolean

function deliver(fetching: Fetching, run: Run, { targets, data }: Delivery): void {
  fetching.rewrite?.(data)
  const [target] = targets
  if (targets.length === 1 && target) mergeInto(target, data)
  else mergeIntoAll(run, targets, { source: data, contended: fetching.contended })
}

interface Delivery {
  targets: readonly ResultObject[]
  data: ResultObject
}

function keepErrors({ fetch, path }: Fetching, run: Run, { errors = [] }: SubgraphAnswer): void {
  for (const error of errors) {
    const place = error.path && [...withoutLists(path), ...error.path]
    run.errors.push(fetchError(error, fetch.serviceName, place))
  }
}

/** An error of one representation is an error at every place that asked for it. */
function keepEntityErrors({ fetch, path }: Fetching, run: Run, { errors, targets }: FailedEntities): void {
  const located = locateTargets(run.data, path)
  for (const error of errors) {
    for (const place of placesOf(error, { located, targets, path })) {
      const rest = error.path?.slice(2) ?? []
      run.errors.push(fetchError(error, fetch.serviceName, error.path && [...place, ...rest]))
    }
  }
}

interface FailedEntities {
  errors: readonly GraphQLFormattedError[]
  targets: readonly ResultObject[][]
}

function placesOf(
  error: GraphQLFormattedError,
  { located, targets, path }: { located: Located[]; targets: readonly ResultObject[][]; path: Path },
): Path[] {
  const index = error.path?.[1]
  const equal = new Set(typeof index === 'number' ? targets[index] : [])
  const places = located.filter(({ target }) => equal.has(target)).map((place) => place.path)
  return places.length > 0 ? places : [withoutLists(path)]
}

/** As much of a path as is known of all that it leads to. */
function withoutLists(path: Path): Path {
  const list = path.indexOf('@')
  return list === -1 ? path : path.slice(0, list)
}
