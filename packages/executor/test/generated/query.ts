import {
  doTypesOverlap,
  type GraphQLAbstractType,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isInterfaceType,
  isLeafType,
  isObjectType,
} from 'graphql'
import { ExactNumber } from '../../src/lib/exact-json.ts'
import { pick } from './draft.ts'
import type { Tape } from './tape.ts'

/** A generated operation. */
export interface Query {
  text: string
  variables: Record<string, unknown>
}

const conditions = [
  '', '', '', '', '', '', '', '', '', '', '@include(if: $on)', '@skip(if: $on)', '@skip(if: $off)', '@include(if: true)', '@include(if: $off)', '@skip(if: $on) @include(if: $off)', '@skip(if: false)', '@include(if: false)',
] // biome-ignore format: a table
const argumentLists = ['', '(n: 2)', '(n: 1, c: BLUE)', '(n: $n)', '(c: $c)', '(n: 3, c: RED)', '(b: $b)']
const definitions: Readonly<Record<string, string>> = {
  on: 'Boolean!',
  off: 'Boolean = true',
  n: 'Int = 1',
  c: 'Color',
  b: 'Long',
}
/** Variable names that the planner, the executor or JavaScript also use. */
const reservedVariableNames = [
  'representations',
  'constructor',
  'representations',
  'on',
  'Query',
  'client_on',
  'client_representations',
]
/** Response names that plans use for keys and requirements. */
const clashing = ['id', 'sku', 'org', '__typename', 'label', 'f0_a', 'f1_a', 'f0_b', 'code', 'client_id']

/** `plain` has no conditions; `clashing` uses response names of plans; `alike` gives different fields the same response name. */
export type QueryKind = 'plain' | 'conditional' | 'clashing' | 'alike'

interface QueryContext {
  tape: Tape
  schema: GraphQLSchema
  kind: QueryKind
  fragments: { name: string; type: string; body: string }[]
  /** The number of fields that may still be added. */
  left: number
}

/** Generates an operation with fragments, conditions, arguments, aliases and repeated fields. */
export function generateQuery(tape: Tape, schema: GraphQLSchema, kind: QueryKind): Query {
  const query = schema.getQueryType()
  if (!query) throw new Error('the schema has no queries')
  const context: QueryContext = { tape, schema, kind, fragments: [], left: 30 }
  const body = selections(context, query, 4)
  const texts = [body, ...context.fragments.map(({ name, type, body }) => `fragment ${name} on ${type} ${body}`)]
  const used = Object.keys(definitions).filter((name) => texts.some((text) => text.includes(`$${name}`)))
  const names = new Map(
    used.map((name, index) => [name, tape.once(4) ? `${reservedVariableNames[(tape.take(99) + index) % 7]}` : name]),
  )
  if (new Set(names.values()).size < used.length) for (const name of used) names.set(name, name)
  const declared = used.map((name) => `$${name}: ${definitions[name]}`).join(', ')
  const text = `query Q${declared === '' ? '' : `(${declared})`} ${texts.join(' ')}`
  return {
    text: text.replaceAll(/\$(\w+)/g, (_, name) => `$${names.get(name)}`),
    variables: variablesFor(tape, names),
  }
}

function variablesFor(tape: Tape, names: ReadonlyMap<string, string>): Record<string, unknown> {
  const values: Record<string, unknown> = { on: tape.once(2), c: tape.once(2) ? 'GREEN' : null }
  if (tape.once(3)) values['off'] = tape.once(2)
  if (tape.once(2)) values['n'] = tape.once(4) ? null : tape.take(3)
  if (tape.once(2)) values['b'] = new ExactNumber(`${1 + tape.take(9)}00719925474099${tape.take(99)}`)
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) => (names.has(name) ? [[names.get(name), value]] : [])),
  )
}

function selections(context: QueryContext, type: GraphQLCompositeType, depth: number): string {
  const { tape } = context
  const parts = fieldsOf(context, type, depth)
  if (depth > 0) parts.push(...fragmentsIn(context, type, depth))
  if (tape.once(4)) parts.push(tape.once(3) ? 'what: __typename' : '__typename')
  return parts.length > 0 ? `{ ${parts.join(' ')} }` : '{ __typename }'
}

function fieldsOf(context: QueryContext, type: GraphQLCompositeType, depth: number): string[] {
  const { tape } = context
  const fields = 'getFields' in type ? Object.values(type.getFields()) : []
  const parts: string[] = []
  for (let count = 1 + tape.take(4); count > 0 && fields.length > 0 && context.left > 0; count--) {
    const requiring = tape.once(3) ? fields.filter(({ name }) => /^r+_/.test(name)) : []
    parts.push(selection(context, pick(tape, requiring.length > 0 ? requiring : fields), depth))
  }
  return parts
}

function fragmentsIn(context: QueryContext, type: GraphQLCompositeType, depth: number): string[] {
  const { tape, kind } = context
  const parts: string[] = []
  if (isAbstractType(type)) parts.push(...narrowingFragments(context, type, depth))
  if (isAbstractType(type) && kind === 'alike') parts.push(...conflictingFields(context, type))
  if ('getFields' in type && tape.once(6))
    parts.push(`...${conditionOf(context)} ${selections(context, type, depth - 1)}`)
  if (isObjectType(type) && tape.once(5)) parts.push(...sameTypeFragments(context, type, depth))
  return parts
}

/** Fragments on the type itself, or on an interface of it. */
function sameTypeFragments(context: QueryContext, type: GraphQLCompositeType, depth: number): string[] {
  const interfaces = isObjectType(type) || isInterfaceType(type) ? type.getInterfaces() : []
  const on = context.tape.once(2) ? (interfaces[context.tape.take(2)] ?? type) : type
  return [spread(context, on, depth - 1), ...(context.tape.once(3) ? [spread(context, type, depth - 1)] : [])]
}

function narrowingFragments(context: QueryContext, type: GraphQLAbstractType, depth: number): string[] {
  const { tape, schema } = context
  const possible: GraphQLCompositeType[] = [...schema.getPossibleTypes(type)]
  const wider = ['Base', 'Sub', type.name].map((name) => schema.getType(name))
  possible.push(...wider.filter((one) => isAbstractType(one)).filter((one) => doTypesOverlap(schema, type, one)))
  return Array.from({ length: 1 + tape.take(3) }, () => possible[tape.take(possible.length)])
    .filter((one) => one !== undefined)
    .map((one) => spread(context, one, depth - 1))
}

type AnyField = GraphQLField<unknown, unknown>

/** Different fields of several types under one response name, and below them different fields or arguments under one name. */
function conflictingFields(context: QueryContext, type: GraphQLAbstractType): string[] {
  const { tape, schema } = context
  const twin = `twin${context.left}`
  const fields = schema.getPossibleTypes(type).map((one) => ({ one, fields: Object.values(one.getFields()) }))
  const shared = fields.flatMap(({ fields }) => fields).filter((field) => isObjectType(getNamedType(field.type)))
  if (shared.length === 0) return []
  const like = pick(tape, shared)
  const inner = Object.values((getNamedType(like.type) as GraphQLObjectType).getFields())
  const leaf = pick(
    tape,
    inner.filter((field) => isLeafType(getNamedType(field.type))),
  )
  const head = (name: string, among: readonly AnyField[], wanted: AnyField): string => {
    const field = pick(
      tape,
      among.filter((one) => String(one.type) === String(wanted.type)),
    )
    return `${name}: ${field.name}${field.args.length > 0 ? pick(tape, argumentLists) : ''}${conditionOf(context)}`
  }
  return fields
    .filter(({ fields }) => fields.some((one) => String(one.type) === String(like.type)))
    .map(({ one, fields }) => `... on ${one.name} { ${head(twin, fields, like)} { ${head('x', inner, leaf)} } }`)
}

/** A fragment: inline, named, or a spread of an earlier one. */
function spread(context: QueryContext, type: GraphQLCompositeType, depth: number): string {
  const { tape, fragments } = context
  const condition = conditionOf(context)
  const known = fragments.find((fragment) => fragment.type === type.name)
  if (known && tape.once(3)) return `...${known.name}${condition}`
  const body = selections(context, type, depth)
  if (!tape.once(3)) return `... on ${type.name}${condition} ${body}`
  const name = `F${fragments.length}`
  fragments.push({ name, type: type.name, body })
  return `...${name}${condition}`
}

function selection(context: QueryContext, field: GraphQLField<unknown, unknown>, depth: number): string {
  const { tape } = context
  context.left--
  const named = getNamedType(field.type)
  const head = headOf(context, field)
  if (!isCompositeType(named)) return head
  return depth <= 0 || context.left <= 0
    ? '__typename'
    : `${head} ${selections(context, named, depth - 1)}${tape.once(9) ? ` ${head} { __typename }` : ''}`
}

/** Aliases differ by arguments, so that most operations are valid. */
function headOf(context: QueryContext, field: GraphQLField<unknown, unknown>): string {
  const { tape, kind } = context
  const list = field.args.length > 0 ? tape.take(argumentLists.length) : 0
  const condition = conditionOf(context)
  const rest = `${field.name}${argumentLists[list]}${condition}`
  if (kind === 'clashing' && tape.once(3)) return `${clashing[tape.take(clashing.length)]}: ${rest}`
  if (kind === 'alike' && tape.once(5)) return `alike_${String(field.type).replaceAll(/\W/g, '_')}: ${rest}`
  if (list > 0) return `a${list}_${field.name}: ${rest}`
  return `${tape.once(6) ? `${['constructor', '__proto__', 'x'][tape.take(3)]}_${field.name}: ` : ''}${rest}`
}

function conditionOf({ tape, kind }: QueryContext): string {
  const condition = kind === 'plain' ? '' : pick(tape, conditions)
  return condition === '' ? '' : ` ${condition}`
}
