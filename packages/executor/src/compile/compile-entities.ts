import type { FetchNode } from '@apollo/query-planner'
import { GraphQLError, isInterfaceType } from 'graphql'
import { asGraphQLError } from '../lib/as-graphql-error.ts'
import { isObject } from '../lib/own-property.ts'
import type { SubgraphRequest } from '../plan/merge-tasks.ts'
import type { FetchTask } from '../plan/plan-tasks.ts'
import { responseNamesOf } from '../plan/write-conflicts.ts'
import { type CollectTargets, compileTargets } from '../run/collect-targets.ts'
import { type Group, groupEqual } from '../run/dedupe-representations.ts'
import type { Path, ResultObject, Run, Step, SubgraphAnswer } from '../run/execution.ts'
import { compileAsk } from '../run/fetch-entities.ts'
import { keepEntityErrors } from '../run/keep-errors.ts'
import { mergeIntoAll, type WriteConflicts } from '../run/merge.ts'
import { noteMissing, passOnMissing } from '../run/missing-fields.ts'
import { compileRewrites, type Rewrite } from '../run/rewrites.ts'
import { compileUnifying } from '../run/unify-targets.ts'
import { compileRequires, compileUnless, type FindRepresenter } from './compile-requires.ts'
import type { CompilingPlan } from './plan-context.ts'

/** A path at which the objects lie that a fetch is for. */
interface Place {
  path: Path
  collect: CollectTargets
  /** As `collect`, with those that cannot be represented. */
  collectAll: CollectTargets
  isPart: (run: Run) => boolean
}

/** A fetch of entities, for objects at one path or several. */
interface EntityFetch {
  fetch: FetchNode
  places: readonly Place[]
  /** The response names that it brings. */
  names: ReadonlySet<string>
  findRepresenter: FindRepresenter
  /** Null where it is for all objects at its places. */
  isSentOtherwise: ((target: ResultObject) => boolean) | null
  rewrite: Rewrite | null
  conflicts: WriteConflicts
  /** Null where the subgraph has objects of these types, and says what they are. */
  isAbstract: ((typename: unknown) => boolean) | null
}

/** What a fetch wants in one run. */
interface Wanted {
  entityFetch: EntityFetch
  index: number
  /** Paths at which there are objects. */
  paths: readonly Path[]
  groups: readonly Group[]
  representations: readonly string[]
}

/** Compiles a request for entities. Whatever goes wrong in it becomes errors of the run, and the rest goes on. */
export function compileEntities(compiling: CompilingPlan, { subgraph, parts }: SubgraphRequest): Step {
  const compiled = parts.flatMap((tasks) => compilePart(compiling, tasks) ?? [])
  const fetches = compiled.map(({ entityFetch: { fetch }, equalName }) => ({ fetch, equalName }))
  const ask = compileAsk(compiling.sendTo(subgraph), fetches)
  return (run) => {
    const wanted = compiled.flatMap(({ entityFetch }, index) => findWanted(entityFetch, index, run) ?? [])
    if (wanted.length === 0) return undefined
    const answers = askSafely(() => ask(run, wanted), wanted.length)
    return Promise.all(answers.map((answer, place) => receive(run, wanted[place] as Wanted, answer))).then(
      () => undefined,
    )
  }
}

function compilePart(compiling: CompilingPlan, tasks: readonly FetchTask[]) {
  const [first] = tasks
  if (!first) return null
  const { schema, conflictsOf, isPartOf, isUniform, equalNameOf } = compiling
  const findRepresenter = compileRequires(schema, first.fetch)
  const collectFor = (task: FetchTask): CollectTargets =>
    (isUniform(task) && compileUnifying(task.path, findRepresenter)) || compileTargets(task.path)
  const entityFetch: EntityFetch = {
    fetch: first.fetch,
    places: tasks.map((task) => ({
      path: task.path,
      collect: collectFor(task),
      collectAll: compileTargets(task.path),
      isPart: isPartOf(task),
    })),
    names: responseNamesOf(first.fetch),
    findRepresenter,
    isSentOtherwise: compileUnless(schema, first.fetch),
    rewrite: compileRewrites(schema, first.fetch.outputRewrites),
    conflicts: eitherOf(tasks.map(conflictsOf)),
    isAbstract: first.fetch.inputRewrites
      ? (name) => typeof name === 'string' && isInterfaceType(schema.getType(name))
      : null,
  }
  return { entityFetch, equalName: equalNameOf(first) }
}

function eitherOf(all: readonly WriteConflicts[]): WriteConflicts {
  return all.includes('all') ? 'all' : new Set(all.flatMap((one) => [...one]))
}

function findWanted(entityFetch: EntityFetch, index: number, run: Run): Wanted | null {
  const paths: Path[] = []
  const targets: ResultObject[] = []
  for (const { path, collect, isPart } of entityFetch.places) {
    const found = isPart(run) ? collect(run) : []
    if (found.length > 0) paths.push(path)
    for (const target of found) targets.push(target)
  }
  const groups = groupEqual(targets, entityFetch.findRepresenter)
  if (run.missing) {
    const all = entityFetch.places.flatMap(({ collectAll, isPart }) => (isPart(run) ? collectAll(run) : []))
    const isOthers = entityFetch.isSentOtherwise
    const own = isOthers ? all.filter((target) => !isOthers(target)) : all
    passOnMissing(run, { targets: own, sent: targetsOf(groups) }, entityFetch.names)
  }
  if (groups.length === 0) return null
  return { entityFetch, index, paths, groups, representations: groups.map(({ representation }) => representation) }
}

/** A request that cannot even be written fails as one that is not answered. */
function askSafely(ask: () => Promise<SubgraphAnswer>[], count: number): Promise<SubgraphAnswer>[] {
  try {
    return ask()
  } catch (error) {
    return Array.from({ length: count }, () => Promise.reject(error))
  }
}

function targetsOf(groups: readonly Group[]): ResultObject[] {
  return groups.flatMap(({ targets }) => targets)
}

async function receive(run: Run, wanted: Wanted, asked: Promise<SubgraphAnswer>): Promise<void> {
  const { paths, entityFetch } = wanted
  const { fetch, names } = entityFetch
  const failed = { fetch, paths, names }
  try {
    const answer = await asked
    const targets = wanted.groups.map((group) => group.targets)
    const entities = entitiesIn(answer, targets.length)
    if (answer.errors) keepEntityErrors(failed, run, { errors: answer.errors, targets, entities })
    deliver(run, wanted, entities)
  } catch (error) {
    noteMissing(run, targetsOf(wanted.groups), { names, error: asGraphQLError(error), isTold: false })
  }
}

/** As many entities as were asked for; none where there is nothing but errors. @throws GraphQLError */
function entitiesIn({ data, errors }: SubgraphAnswer, count: number): readonly unknown[] {
  const entities = isObject(data) ? data['_entities'] : data
  if ((entities === null || entities === undefined) && errors) return []
  if (!Array.isArray(entities)) throw new GraphQLError('Expected "data._entities" in response to be an array')
  if (entities.length !== count) throw new GraphQLError(`Expected "data._entities" to contain ${count} elements`)
  return entities
}

function deliver(run: Run, { entityFetch, groups }: Wanted, entities: readonly unknown[]): void {
  for (const [index, { targets }] of groups.entries()) {
    const entity: unknown = entities[index]
    if (isObject(entity)) mergeEntity(run, entityFetch, { entity, targets })
  }
}

interface Found {
  entity: ResultObject
  targets: readonly ResultObject[]
}

/** An entity whose type was not asked for is what its representation said; so is one whose subgraph knows it by an interface only. */
function mergeEntity(run: Run, { rewrite, conflicts, isAbstract }: EntityFetch, { entity, targets }: Found): void {
  const own = entity['__typename']
  if (!own || isAbstract?.(own)) entity['__typename'] = targets[0]?.['__typename']
  rewrite?.(entity)
  mergeIntoAll(run, targets, { source: entity, conflicts })
}
