import {
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isLeafType,
  isNonNullType,
  isObjectType,
} from 'graphql'
import type { BaseCtx } from '../../context/context.ts'
import type { Subgraph } from '../../service/create-subgraph.ts'
import type { Callers } from './access-matrix.ts'
import { callAs } from './subgraph.ts'

/** An entity to look at: its id, and the arguments of those fields that need some. */
export interface Entity {
  id: string
  args?: Readonly<Record<string, string>>
}

/**
 * Resolves every entity as every caller, the way the gateway reaches it from another service's answer, and draws field by
 * field who sees something, and who gets it by `node`: `✓` a value, an empty cell nothing, any other code as it is. Compare it with a committed file: what leaks
 * through the back door is seen there. @throws when an entity of the schema is not among `entities`
 */
export async function entityMatrix<C extends BaseCtx>(
  subgraph: Subgraph<C>,
  callers: Callers,
  entities: Readonly<Record<string, Entity>>,
): Promise<string> {
  const { schema } = subgraph.options
  const missing = entityTypesOf(schema).filter((type) => !Object.hasOwn(entities, type.name))
  if (missing.length > 0) throw new Error(`the matrix lacks ${missing.map((type) => type.name).join(', ')}`)
  const rows: string[] = []
  for (const type of entityTypesOf(schema)) {
    if (isNode(type)) {
      const query = `{ _nodes(ids: ["${entities[type.name]?.id}"]) }`
      const answers = await Promise.all(Object.values(callers).map((viewer) => callAs(subgraph, viewer, { query })))
      rows.push(`| \`node: ${type.name}\` | ${answers.map(nodeVerdict).join(' | ')} |`)
    }
    for (const field of Object.values(type.getFields()).filter((each) => each.name !== 'id')) {
      const cells = []
      for (const viewer of Object.values(callers)) {
        const query = queryOf(type, field, entities[type.name] as Entity)
        cells.push(verdict(await callAs(subgraph, viewer, { query })))
      }
      rows.push(`| \`${type.name}.${field.name}\` | ${cells.join(' | ')} |`)
    }
  }
  const names = Object.keys(callers)
  return [`| field | ${names.join(' | ')} |`, `| --- |${' --- |'.repeat(names.length)}`, ...rows, ''].join('\n')
}

/** Those that this service gives something for: a type of another service that is only pointed at has nothing but its id. */
function entityTypesOf(schema: GraphQLSchema): GraphQLObjectType[] {
  const union = schema.getType('_Entity')
  const types = Object.values(schema.getTypeMap()).filter((type) => isObjectType(type))
  const entities = types.filter((type) => union && schema.isSubType(union as never, type))
  return entities.filter((type) => Object.keys(type.getFields()).some((name) => name !== 'id'))
}

function isNode(type: GraphQLObjectType): boolean {
  return type.getInterfaces().some(({ name }) => name === 'Node')
}

function queryOf(type: GraphQLObjectType, field: GraphQLField<unknown, unknown>, { id, args }: Entity): string {
  const given = args?.[field.name]
  const needs = field.args.some((arg) => isNonNullType(arg.type) && arg.defaultValue === undefined)
  if (needs && !given) throw new Error(`${type.name}.${field.name} needs arguments`)
  const selection = `${field.name}${given ? `(${given})` : ''}${selectionOf(field)}`
  return `{ _entities(representations: [{ __typename: "${type.name}", id: "${id}" }]) { ... on ${type.name} { it: ${selection} } } }`
}

/** Of an object, its first plain field, or the edges of a list in pages: a shell with nothing inside is nothing. */
function selectionOf(field: GraphQLField<unknown, unknown>): string {
  const type = getNamedType(field.type)
  if (isLeafType(type)) return ''
  return isObjectType(type) && type.name.endsWith('Connection') ? ' { edges { cursor } }' : ' { __typename }'
}

function verdict({ data, errors }: Awaited<ReturnType<typeof callAs>>): string {
  const code = errors?.[0]?.extensions?.['code']
  if (code === 'INTERNAL_SERVER_ERROR' || code === 'GRAPHQL_VALIDATION_FAILED') throw new Error(errors?.[0]?.message)
  if (code) return `\`${code}\``
  const [entity] = (data?.['_entities'] ?? []) as ({ it: unknown } | null)[]
  return isNothing(entity?.it) ? '' : '✓'
}

function nodeVerdict({ data, errors }: Awaited<ReturnType<typeof callAs>>): string {
  const [id] = (data?.['_nodes'] ?? []) as (string | null)[]
  return verdict({ data: { _entities: [{ it: id }] }, errors })
}

function isNothing(value: unknown): boolean {
  if (value === null || value === undefined) return true
  if (Array.isArray(value)) return value.length === 0
  return typeof value === 'object' && 'edges' in value && (value.edges as unknown[]).length === 0
}
