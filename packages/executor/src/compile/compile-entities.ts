import type { FetchNode } from '@apollo/query-planner'
import { GraphQLError, isInterfaceType } from 'graphql'
import { asGraphQLError } from '../lib/as-graphql-error.ts'
import { isObject } from '../lib/own-property.ts'
import type { SubgraphRequest } from '../plan/merge-tasks.ts'
import type { FetchTask } from '../plan/plan-tasks.ts'
import { responseNamesOf } from '../plan/write-conflicts.ts'
import { type CollectTargets, compileTargets } from '../run/collect-targets.ts'
import { dedupeRepresentations, type RepresentationGroup } from '../run/dedupe-representations.ts'
import type { Execution, Path, ResultObject, Step, SubgraphResult } from '../run/execution.ts'
import { compileFetchEntities } from '../run/fetch-entities.ts'
import { mergeIntoAll, type WriteConflicts } from '../run/merge.ts'
import { addMissing, propagateMissing } from '../run/missing-fields.ts'
import { recordEntityErrors } from '../run/record-errors.ts'
import { compileRewrites, type Rewrite } from '../run/rewrites.ts'
import { compileUnifyTargets } from '../run/unify-targets.ts'
import { compileRequires, compileSentByPreferred, type FindRepresentationWriter } from './compile-requires.ts'
import type { FetchContext } from './plan-context.ts'

/** A path of objects that a fetch applies to. */
interface TargetPath {
  path: Path
  collect: CollectTargets
  /** Like `collect`, but includes objects that cannot be represented. */
  collectAll: CollectTargets
  isActive: (execution: Execution) => boolean
}

/** An entity fetch for objects at one or more paths. */
interface EntityFetch {
  fetch: FetchNode
  targetPaths: readonly TargetPath[]
  /** The response names that it writes. */
  responseNames: ReadonlySet<string>
  findWriter: FindRepresentationWriter
  /** Null when no other fetch takes precedence. */
  isSentByPreferred: ((target: ResultObject) => boolean) | null
  rewrite: Rewrite | null
  conflicts: WriteConflicts
  /** Whether a `__typename` from the subgraph is an interface; null when the subgraph has no `@interfaceObject` type among these. */
  isAbstract: ((typename: unknown) => boolean) | null
}

/** The entities that a fetch requests in one execution. */
interface EntityBatch {
  entityFetch: EntityFetch
  index: number
  /** The paths that have objects. */
  paths: readonly Path[]
  groups: readonly RepresentationGroup[]
  representations: readonly string[]
}

/** Compiles a request for entities. It never rejects: failures become errors of the execution. */
export function compileEntities(context: FetchContext, { subgraph, parts }: SubgraphRequest): Step {
  const compiled = parts.flatMap((tasks) => compileEntityFetch(context, tasks) ?? [])
  const fetches = compiled.map(({ entityFetch: { fetch }, dedupeKey }) => ({ fetch, dedupeKey }))
  const fetchEntities = compileFetchEntities(context.sendTo(subgraph), fetches)
  return (execution) => {
    const batches = compiled.flatMap(({ entityFetch }, index) => collectBatch(entityFetch, index, execution) ?? [])
    if (batches.length === 0) return undefined
    const responses = fetchSafely(() => fetchEntities(execution, batches), batches.length)
    return Promise.all(
      responses.map((response, index) => receiveEntities(execution, batches[index] as EntityBatch, response)),
    ).then(() => undefined)
  }
}

function compileEntityFetch(context: FetchContext, tasks: readonly FetchTask[]) {
  const [first] = tasks
  if (!first) return null
  const { schema, conflictsOf, isActive, isUniform, dedupeKeyOf } = context
  const findWriter = compileRequires(schema, first.fetch)
  const collectFor = (task: FetchTask): CollectTargets =>
    (isUniform(task) && compileUnifyTargets(task.path, findWriter)) || compileTargets(task.path)
  const entityFetch: EntityFetch = {
    fetch: first.fetch,
    targetPaths: tasks.map((task) => ({
      path: task.path,
      collect: collectFor(task),
      collectAll: compileTargets(task.path),
      isActive: isActive(task),
    })),
    responseNames: responseNamesOf(first.fetch),
    findWriter,
    isSentByPreferred: compileSentByPreferred(schema, first.fetch),
    rewrite: compileRewrites(schema, first.fetch.outputRewrites),
    conflicts: unionOf(tasks.map(conflictsOf)),
    isAbstract: first.fetch.inputRewrites
      ? (name) => typeof name === 'string' && isInterfaceType(schema.getType(name))
      : null,
  }
  return { entityFetch, dedupeKey: dedupeKeyOf(first) }
}

function unionOf(all: readonly WriteConflicts[]): WriteConflicts {
  return all.includes('all') ? 'all' : new Set(all.flatMap((one) => [...one]))
}

function collectBatch(entityFetch: EntityFetch, index: number, execution: Execution): EntityBatch | null {
  const paths: Path[] = []
  const targets: ResultObject[] = []
  for (const { path, collect, isActive } of entityFetch.targetPaths) {
    const found = isActive(execution) ? collect(execution) : []
    if (found.length > 0) paths.push(path)
    for (const target of found) targets.push(target)
  }
  const groups = dedupeRepresentations(targets, entityFetch.findWriter)
  if (execution.missing) {
    const all = entityFetch.targetPaths.flatMap(({ collectAll, isActive }) =>
      isActive(execution) ? collectAll(execution) : [],
    )
    const isPreferred = entityFetch.isSentByPreferred
    const own = isPreferred ? all.filter((target) => !isPreferred(target)) : all
    propagateMissing(execution, { targets: own, sent: targetsOf(groups) }, entityFetch.responseNames)
  }
  if (groups.length === 0) return null
  return { entityFetch, index, paths, groups, representations: groups.map(({ representation }) => representation) }
}

/** Turns an error while writing the request into a rejection for each fetch. */
function fetchSafely(fetchEntities: () => Promise<SubgraphResult>[], count: number): Promise<SubgraphResult>[] {
  try {
    return fetchEntities()
  } catch (error) {
    return Array.from({ length: count }, () => Promise.reject(error))
  }
}

function targetsOf(groups: readonly RepresentationGroup[]): ResultObject[] {
  return groups.flatMap(({ targets }) => targets)
}

async function receiveEntities(
  execution: Execution,
  batch: EntityBatch,
  pending: Promise<SubgraphResult>,
): Promise<void> {
  const { paths, entityFetch } = batch
  const { fetch, responseNames } = entityFetch
  const failed = { fetch, paths, names: responseNames }
  try {
    const response = await pending
    const targets = batch.groups.map((group) => group.targets)
    const entities = readEntities(response, targets.length)
    if (response.errors) recordEntityErrors(failed, execution, { errors: response.errors, targets, entities })
    mergeEntities(execution, batch, entities)
  } catch (error) {
    addMissing(execution, targetsOf(batch.groups), {
      names: responseNames,
      error: asGraphQLError(error),
      isReported: false,
    })
  }
}

/** The entities of a response; empty when it has only errors. @throws GraphQLError when the number of entities is wrong */
function readEntities({ data, errors }: SubgraphResult, count: number): readonly unknown[] {
  const entities = isObject(data) ? data['_entities'] : data
  if ((entities === null || entities === undefined) && errors) return []
  if (!Array.isArray(entities)) throw new GraphQLError('Expected "data._entities" in response to be an array')
  if (entities.length !== count) throw new GraphQLError(`Expected "data._entities" to contain ${count} elements`)
  return entities
}

function mergeEntities(execution: Execution, { entityFetch, groups }: EntityBatch, entities: readonly unknown[]): void {
  for (const [index, { targets }] of groups.entries()) {
    const entity: unknown = entities[index]
    if (isObject(entity)) mergeEntity(execution, entityFetch, { entity, targets })
  }
}

interface EntityResult {
  entity: ResultObject
  targets: readonly ResultObject[]
}

/** An entity without `__typename`, or with that of an interface, keeps the type of its representation. */
function mergeEntity(
  execution: Execution,
  { rewrite, conflicts, isAbstract }: EntityFetch,
  { entity, targets }: EntityResult,
): void {
  const own = entity['__typename']
  if (!own || isAbstract?.(own)) entity['__typename'] = targets[0]?.['__typename']
  rewrite?.(entity)
  mergeIntoAll(execution, targets, { source: entity, conflicts })
}
