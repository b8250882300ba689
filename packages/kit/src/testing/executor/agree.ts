import { inspect } from 'node:util'
import {
  type ExecutionResult,
  execute,
  type GraphQLFieldResolver,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  getOperationAST,
  isObjectType,
  parse,
  validate,
} from 'graphql'
import { createExecution, type Execute } from '../../executor/execute.ts'
import { chanceOf, hashOf, type RandomOperation, randomOperation } from './random-operations.ts'
import { randomResult } from './random-results.ts'

/** What a comparison of the two ways to execute came to. */
export type Outcome = 'equal' | 'invalid' | { differs: string }

/** A schema whose resolvers answer at random, the same for the same seed and the same place in the answer. */
export interface RandomGraph {
  schema: GraphQLSchema
  execute: Execute
}

/** Puts random resolvers in place of those of the schema; half of its fields have none, and are read as properties. */
export function randomGraph(schema: GraphQLSchema): RandomGraph {
  const roots = [schema.getQueryType(), schema.getMutationType()]
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue
    for (const field of Object.values(type.getFields())) {
      const isRead = !roots.includes(type) && hashOf(`${type}.${field.name}`) % 2 === 0
      field.resolve = isRead ? undefined : resolveAtRandom
    }
  }
  return { schema, execute: createExecution(schema) }
}

const resolveAtRandom: GraphQLFieldResolver<unknown, unknown> = (...call) => {
  const [_source, args, context, info] = call
  const { seed } = context as { seed: number }
  const place = `${placeOf(info)} ${JSON.stringify(args)} ${JSON.stringify(info.variableValues)}`
  const chance = chanceOf(seed ^ hashOf(place))
  return randomResult({ schema: info.schema, type: info.returnType, chance, isRough: seed % 2 === 1 })
}

function placeOf({ path, parentType, fieldName, returnType, operation, fieldNodes }: GraphQLResolveInfo): string {
  const keys = []
  for (let at: typeof path | undefined = path; at; at = at.prev) keys.push(at.key, at.typename)
  return [...keys, parentType.name, fieldName, returnType, operation.name?.value, fieldNodes.length].join()
}

/** Executes one random operation both ways. */
export async function compareAtRandom({ schema, execute: ours }: RandomGraph, seed: number): Promise<Outcome> {
  const asked = randomOperation(schema, chanceOf(seed))
  const document = parse(asked.query)
  const operation = getOperationAST(document)
  if (!operation || validate(schema, document).length > 0) return 'invalid'
  const variableValues = asked.variables
  const expected = await execute({ schema, document, variableValues, contextValue: { seed } })
  for (const _time of ['planned', 'planned before']) {
    const found = await ours({ document, operation, variables: variableValues, contextValue: { seed } })
    const difference = differenceOf(found, expected)
    if (difference) return { differs: explain(asked, { difference, found, expected }) }
  }
  return 'equal'
}

/** Why two answers are not the same; null when they are. */
export function differenceOf(found: ExecutionResult, expected: ExecutionResult): string | null {
  if (JSON.stringify(found.data) !== JSON.stringify(expected.data)) return 'data'
  const [ours, theirs] = [found, expected].map(({ errors, data }) => told(errors, data))
  return JSON.stringify(ours) === JSON.stringify(theirs) ? null : 'errors'
}

/**
 * Errors in any order. Of those below a null that spread, which ones are told is a matter of time, but not whether any is.
 */
function told(errors: ExecutionResult['errors'], data: unknown): string[] {
  const texts = (errors ?? []).map((error) => {
    const lost = lostAt(data, error.path ?? [])
    return lost ? `something at ${lost}` : JSON.stringify(error)
  })
  return [...new Set(texts)].toSorted()
}

/** Where the null stands that took the place with it. */
function lostAt(data: unknown, path: readonly (string | number)[]): string | null {
  let at = data
  for (const [depth, key] of path.entries()) {
    if (at === null || at === undefined) return `/${path.slice(0, depth).join('/')}`
    at = (at as Record<string | number, unknown>)[key]
  }
  return null
}

function explain(asked: RandomOperation, what: object): string {
  return `${asked.query}\n${JSON.stringify(asked.variables)}\n${inspect(what, { depth: 12 })}`
}
