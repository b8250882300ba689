import {
  type GraphQLAbstractType,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isInterfaceType,
  isObjectType,
} from 'graphql'
import type { Tape } from './tape.ts'

/** A generated operation. */
export interface Query {
  text: string
  variables: Record<string, unknown>
}

const conditions = ['', '', '', '', ' @include(if: $on)', ' @skip(if: $on)', ' @skip(if: $off)', ' @include(if: true)']
const argumentLists = ['', '(n: 2)', '(n: 1, c: BLUE)', '(n: $n)', '(c: $c)', '(n: 3, c: RED)']
const definitions: Readonly<Record<string, string>> = {
  on: '$on: Boolean!',
  off: '$off: Boolean = true',
  n: '$n: Int = 1',
  c: '$c: Color',
}
/** Names that plans use for keys, and for what is required. */
const clashing = ['id', 'sku', 'org', '__typename', 'label', 'f0_a', 'f1_a', 'f0_b', 'code', 'client_id']

/** `plain` has no `@skip` and `@include`; `clashing` calls things what other things are called. */
export type QueryKind = 'plain' | 'conditional' | 'clashing'

interface Making {
  tape: Tape
  schema: GraphQLSchema
  kind: QueryKind
  fragments: { name: string; type: string; body: string }[]
  /** How many fields may still be asked for. */
  left: number
}

/** An operation over the schema, with fragments, conditions, arguments, aliases and repeated fields. */
export function generateQuery(tape: Tape, schema: GraphQLSchema, kind: QueryKind): Query {
  const query = schema.getQueryType()
  if (!query) throw new Error('the schema has no queries')
  const making: Making = { tape, schema, kind, fragments: [], left: 60 }
  const body = selections(making, query, 4)
  const texts = [body, ...making.fragments.map(({ name, type, body }) => `fragment ${name} on ${type} ${body}`)]
  const used = Object.keys(definitions).filter((name) => texts.some((text) => text.includes(`$${name}`)))
  const declared = used.length > 0 ? `(${used.map((name) => definitions[name]).join(', ')})` : ''
  return { text: `query Q${declared} ${texts.join(' ')}`, variables: variablesFor(tape, used) }
}

function variablesFor(tape: Tape, used: readonly string[]): Record<string, unknown> {
  const values: Record<string, unknown> = { on: tape.once(2), c: tape.once(2) ? 'GREEN' : null }
  if (tape.once(3)) values['off'] = tape.once(2)
  if (tape.once(2)) values['n'] = tape.once(4) ? null : tape.take(3)
  return Object.fromEntries(Object.entries(values).filter(([name]) => used.includes(name)))
}

function selections(making: Making, type: GraphQLCompositeType, depth: number): string {
  const { tape } = making
  const parts: string[] = []
  const fields = 'getFields' in type ? Object.values(type.getFields()) : []
  for (let count = 1 + tape.take(4); count > 0 && fields.length > 0 && making.left > 0; count--) {
    const field = fields[tape.take(fields.length)]
    if (field) parts.push(selection(making, field, depth))
  }
  if (isAbstractType(type)) parts.push(...narrowings(making, type, depth))
  if (isObjectType(type) && tape.once(5)) parts.push(...partsOfKind(making, type, depth))
  if (tape.once(4)) parts.push(tape.once(3) ? 'what: __typename' : '__typename')
  return parts.length > 0 ? `{ ${parts.join(' ')} }` : '{ __typename }'
}

/** Fragments on the type itself, or on an interface of it. */
function partsOfKind(making: Making, type: GraphQLCompositeType, depth: number): string[] {
  const interfaces = isObjectType(type) || isInterfaceType(type) ? type.getInterfaces() : []
  const on = making.tape.once(2) && interfaces[0] ? interfaces[0] : type
  return [spread(making, on, depth - 1), ...(making.tape.once(3) ? [spread(making, type, depth - 1)] : [])]
}

function narrowings(making: Making, type: GraphQLAbstractType, depth: number): string[] {
  const { tape, schema } = making
  const possible: GraphQLCompositeType[] = [...schema.getPossibleTypes(type)]
  const node = schema.getType('Node')
  if (isInterfaceType(node)) possible.push(node)
  return Array.from({ length: 1 + tape.take(3) }, () => possible[tape.take(possible.length)])
    .filter((one) => one !== undefined)
    .map((one) => spread(making, one, depth - 1))
}

/** A fragment, with a name sometimes, and then sometimes one that there was before. */
function spread(making: Making, type: GraphQLCompositeType, depth: number): string {
  const { tape, fragments } = making
  const condition = conditionOf(making)
  const known = fragments.find((fragment) => fragment.type === type.name)
  if (known && tape.once(3)) return `...${known.name}${condition}`
  const body = selections(making, type, depth)
  if (!tape.once(3)) return `... on ${type.name}${condition} ${body}`
  const name = `F${fragments.length}`
  fragments.push({ name, type: type.name, body })
  return `...${name}${condition}`
}

function selection(making: Making, field: GraphQLField<unknown, unknown>, depth: number): string {
  const { tape } = making
  making.left--
  const named = getNamedType(field.type)
  const head = headOf(making, field)
  if (!isCompositeType(named)) return head
  return depth <= 0 || making.left <= 0
    ? '__typename'
    : `${head} ${selections(making, named, depth - 1)}${tape.once(9) ? ` ${head} { __typename }` : ''}`
}

/** Different arguments have different aliases, so that most of what comes of it is valid. */
function headOf(making: Making, field: GraphQLField<unknown, unknown>): string {
  const { tape, kind } = making
  const list = field.args.length > 0 ? tape.take(argumentLists.length) : 0
  const condition = conditionOf(making)
  const rest = `${field.name}${argumentLists[list]}${condition}`
  if (kind === 'clashing' && tape.once(3)) return `${clashing[tape.take(clashing.length)]}: ${rest}`
  if (list > 0) return `a${list}_${field.name}: ${rest}`
  return `${tape.once(6) ? `${['constructor', '__proto__', 'x'][tape.take(3)]}_${field.name}: ` : ''}${rest}`
}

function conditionOf({ tape, kind }: Making): string {
  return kind === 'plain' ? '' : (conditions[tape.take(conditions.length)] ?? '')
}
