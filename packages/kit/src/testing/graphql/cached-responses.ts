import {
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isLeafType,
  isNonNullType,
  isObjectType,
  Kind,
  parse,
} from 'graphql'
import type { BaseCtx } from '../../context/context.ts'
import { cachePolicyOf } from '../../graphql/cache-policy.ts'
import type { Subgraph } from '../../service/create-subgraph.ts'
import type { Callers } from './access-matrix.ts'
import { askAs } from './subgraph.ts'

/** An answer as every caller got it, and for how long it may be kept: equal for all of them. */
export interface CachedResponse {
  cacheControl: string
  data: unknown
}

/** How many objects deep into an entity its fields are asked for. Connections and edges are on the way, and do not count. */
const deepest = 4

/**
 * Asks as every caller for all of an entity that `@cacheControl` lets be kept.
 * @throws when callers get different answers, or are told differently how long to keep them, though one of them is public
 */
export async function cachedEntity<C extends BaseCtx>(
  subgraph: Subgraph<C>,
  callers: Callers,
  { type, id }: { type: string; id: string },
): Promise<CachedResponse> {
  const { schema } = subgraph.options
  const entity = schema.getType(type)
  if (!isObjectType(entity)) throw new Error(`${type} is no object`)
  const wrap = (inner: string): string =>
    `{ _entities(representations: [{ __typename: "${type}", id: "${id}" }]) { ... on ${type} { ${inner} } } }`
  const fields = selectionOf({ schema, wrap, depth: deepest }, entity)
  if (!fields) throw new Error(`nothing of ${type} may be kept`)
  return await sameForAll(subgraph, callers, wrap(fields))
}

/** As `cachedEntity`, for a root field: `field` with its arguments. */
export async function cachedField<C extends BaseCtx>(
  subgraph: Subgraph<C>,
  callers: Callers,
  field: string,
): Promise<CachedResponse> {
  const { schema } = subgraph.options
  const type = getNamedType(schema.getQueryType()?.getFields()[field.replace(/\W.*/s, '')]?.type)
  if (!isObjectType(type)) throw new Error(`${field} is no object`)
  const wrap = (inner: string): string => `{ ${field} { ${inner} } }`
  const fields = selectionOf({ schema, wrap, depth: deepest }, type)
  return await sameForAll(subgraph, callers, wrap(fields || '__typename'))
}

async function sameForAll<C extends BaseCtx>(
  subgraph: Subgraph<C>,
  callers: Callers,
  query: string,
): Promise<CachedResponse> {
  const answers = new Map<string, string>()
  for (const [name, viewer] of Object.entries(callers)) {
    const { body, cacheControl } = await askAs(subgraph, viewer, { query })
    if (body.errors) throw new Error(`${name}: ${body.errors[0]?.message}`)
    answers.set(name, JSON.stringify({ cacheControl, data: body.data }))
  }
  const [first, ...others] = new Set(answers.values())
  if (first === undefined) throw new Error('there are no callers')
  const isPublic = [...answers.values()].some((answer) => answer.includes(', public"'))
  if (isPublic && others.length > 0) throw new Error(`${query} is not the same for all: ${[...answers].join('\n')}`)
  return JSON.parse(first) as CachedResponse
}

interface SelectionContext {
  schema: GraphQLSchema
  /** The operation that asks for a selection. */
  wrap: (inner: string) => string
  depth: number
}

/** Every field that leaves the whole keepable, and what is inside of it. */
function selectionOf(context: SelectionContext, type: GraphQLObjectType): string {
  return Object.values(type.getFields())
    .filter((field) => !needsArguments(field))
    .map((field) => partOf(context, field))
    .join(' ')
}

function partOf({ schema, wrap, depth }: SelectionContext, { name, type }: GraphQLField<unknown, unknown>): string {
  const inner = getNamedType(type)
  if (isLeafType(inner)) return isKeepable(schema, wrap(name)) ? name : ''
  const within = (text: string): string => wrap(`${name} { ${text} }`)
  if (!isObjectType(inner) || depth === 0 || !isKeepable(schema, within('__typename'))) return ''
  const next = /(Connection|Edge)$/.test(inner.name) ? depth : depth - 1
  const selection = selectionOf({ schema, wrap: within, depth: next }, inner).trim()
  return selection && `${name} { ${selection} }`
}

function isKeepable(schema: GraphQLSchema, query: string): boolean {
  const document = parse(query)
  const operation = document.definitions[0]
  if (operation?.kind !== Kind.OPERATION_DEFINITION) return false
  return cachePolicyOf(schema, { document, operation }) !== null
}

function needsArguments(field: GraphQLField<unknown, unknown>): boolean {
  return field.args.some((arg) => isNonNullType(arg.type) && arg.defaultValue === undefined)
}
