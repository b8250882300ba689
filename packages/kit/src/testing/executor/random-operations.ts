import {
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
} from 'graphql'
import { plainValue } from '../graphql/bad-values.ts'

/** The same numbers again for the same seed, each from 0 to 1. */
export type Chance = () => number

/** An operation, and what goes with it. */
export interface RandomOperation {
  query: string
  variables: Record<string, unknown>
}

/** Numbers that only depend on `seed`. */
export function chanceOf(seed: number): Chance {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** The same number for the same text. */
export function hashOf(text: string): number {
  let hash = 7
  for (let index = 0; index < text.length; index++) hash = (Math.imul(hash, 31) + text.charCodeAt(index)) | 0
  return hash
}

/** One of them. */
export function pick<T>(chance: Chance, all: readonly T[]): T | undefined {
  return all[Math.floor(chance() * all.length)]
}

interface Writing {
  schema: GraphQLSchema
  chance: Chance
  variables: Map<string, { type: string; value: unknown }>
  fragments: string[]
  budget: number
}

const maxFields = 60
const aliases = ['a', 'id', 'name', '__proto__', 'constructor']

/** An operation that the schema allows more often than not: validate it before it is used. */
export function randomOperation(schema: GraphQLSchema, chance: Chance): RandomOperation {
  const writing: Writing = { schema, chance, variables: new Map(), fragments: [], budget: maxFields }
  const isMutation = schema.getMutationType() && chance() < 0.15
  const root = isMutation ? schema.getMutationType() : schema.getQueryType()
  if (!root) throw new Error('a schema has queries')
  const selections = selectionsOf(writing, root, 4)
  const declared = [...writing.variables].map(([name, { type }]) => `$${name}: ${type}`)
  const head = `${isMutation ? 'mutation' : 'query'} Random${declared.length > 0 ? `(${declared.join(', ')})` : ''}`
  const variables = [...writing.variables].map(([name, { value }]) => [name, value])
  return {
    query: [`${head} ${selections}`, ...writing.fragments].join('\n'),
    variables: Object.fromEntries(variables.filter(([, value]) => value !== undefined)),
  }
}

function selectionsOf(writing: Writing, type: GraphQLNamedType, depth: number): string {
  const { chance } = writing
  const count = 1 + Math.floor(chance() * 4)
  const parts = Array.from({ length: count }, () => selectionOf(writing, type, depth)).filter(Boolean)
  return `{ ${parts.length > 0 ? parts.join(' ') : '__typename'} }`
}

function selectionOf(writing: Writing, type: GraphQLNamedType, depth: number): string {
  const { chance, schema } = writing
  writing.budget--
  if (writing.budget < 0) return ''
  const roll = chance()
  if (roll < 0.08) return `__typename${condition(writing)}`
  if (isAbstractType(type) && roll < 0.5)
    return partOf(writing, pick(chance, schema.getPossibleTypes(type)) ?? type, depth)
  if (roll < 0.18) return partOf(writing, type, depth)
  if (!('getFields' in type)) return '__typename'
  const field = pick(chance, Object.values(type.getFields() as Record<string, GraphQLField<unknown, unknown>>))
  return field ? fieldOf(writing, field, depth) : '__typename'
}

function partOf(writing: Writing, type: GraphQLNamedType, depth: number): string {
  const selections = selectionsOf(writing, type, depth - 0.5)
  if (writing.chance() < 0.6) return `... on ${type.name}${condition(writing)} ${selections}`
  const name = `Part${writing.fragments.length}`
  writing.fragments.push(`fragment ${name} on ${type.name} ${selections}`)
  return `...${name}${condition(writing)}`
}

function fieldOf(writing: Writing, field: GraphQLField<unknown, unknown>, depth: number): string {
  const inner = getNamedType(field.type)
  if (isCompositeType(inner) && depth <= 0) return '__typename'
  const alias = writing.chance() < 0.15 ? `${pick(writing.chance, aliases)}: ` : ''
  const args = field.args
    .filter((argument) => isNonNullType(argument.type) || writing.chance() < 0.3)
    .map((argument) => `${argument.name}: ${inputOf(writing, argument.type, argument.name)}`)
  const selections = isCompositeType(inner) ? ` ${selectionsOf(writing, inner, depth - 1)}` : ''
  return `${alias}${field.name}${args.length > 0 ? `(${args.join(', ')})` : ''}${condition(writing)}${selections}`
}

function condition(writing: Writing): string {
  const { chance } = writing
  if (chance() > 0.12) return ''
  const directive = chance() < 0.5 ? '@skip' : '@include'
  if (chance() < 0.4) return ` ${directive}(if: ${chance() < 0.5})`
  const name = `flag${Math.floor(chance() * 3)}`
  const type = pick(chance, ['Boolean!', 'Boolean = true', 'Boolean! = false']) ?? ''
  if (!writing.variables.has(name)) writing.variables.set(name, { type, value: pick(chance, [true, false, undefined]) })
  return ` ${directive}(if: $${name})`
}

function inputOf(writing: Writing, type: GraphQLInputType, name: string): string {
  const { chance, variables } = writing
  const plain = plainValue(type, name, {})
  if (chance() < 0.5) return literal(type, plain)
  const variable = `input${variables.size}`
  const odd = pick(chance, [null, undefined, 'x', -1, [], {}, plain])
  const value = chance() < 0.75 ? plain : odd
  const hasDefault = chance() < 0.2 && !isNonNullType(type)
  variables.set(variable, { type: `${type}${hasDefault ? ` = ${literal(type, plain)}` : ''}`, value })
  return `$${variable}`
}

function literal(type: GraphQLInputType, value: unknown): string {
  if (isNonNullType(type)) return literal(type.ofType, value)
  if (value === null || value === undefined) return 'null'
  if (isListType(type))
    return `[${[value]
      .flat()
      .map((item) => literal(type.ofType, item))
      .join(', ')}]`
  if (isEnumType(type)) return String(value)
  if (!isInputObjectType(type)) return JSON.stringify(value)
  const entries = Object.entries(value).map(([key, each]) => {
    const field = type.getFields()[key]
    return field ? `${key}: ${literal(field.type, each)}` : ''
  })
  return `{ ${entries.join(', ')} }`
}
