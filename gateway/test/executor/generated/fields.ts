import type { Field, Model, Requirement } from './model.ts'
import type { Tape } from './tape.ts'

/** A subgraph that is being made up. */
export interface Draft {
  name: string
  model: Model
  /** All fields of the graph so far; those of earlier subgraphs may be required. */
  fields: Map<string, Field>
  isFirst: boolean
  /** Whether there may be what the stock executor gets wrong. */
  isBeyondStock: boolean
  isLacking: boolean
  /** Whether this subgraph knows the interface as an object, and none of the types. */
  isInterfaceObject: boolean
  /** Whether some subgraph does. */
  hasInterfaceObject: boolean
  keys: Map<string, Key>
  /** The types that implement the interface here. */
  implementing: string[]
  /** The types that the union holds here. */
  members: string[]
  own: Map<string, Drafted[]>
  /** Fields that another subgraph took over: they must not be asked for where they were. */
  gone: Set<Field>
}

/** A field as one subgraph has it. */
export interface Drafted {
  field: Field
  sdl: string
}

interface Key {
  /** The fields that its keys are made of. */
  fields: string
  /** The directives. */
  sdl: string
}

const leafKinds = ['String', 'Int', 'Float', 'Boolean', 'Color', 'Blob', '[String]', '[[Int!]]', '[Color!]', 'W', '[W]']
const kinds = [
  ...leafKinds, 'String!', 'Int!', 'ENTITY', 'ENTITY!', '[ENTITY]', '[ENTITY!]!', '[[ENTITY]]', 'VALUE', '[VALUE!]', 'U', '[U]', 'Node', '[Node]',
] // biome-ignore format: a table
const rootKinds = ['ENTITY', '[ENTITY]', '[U]', '[Node!]', 'Node', 'W', '[[ENTITY!]]']

const org = 'org: Org! sku: ID!'
const choices: readonly Key[] = [
  { fields: 'id: ID!', sdl: '@key(fields: "id")' },
  { fields: 'sku: ID!', sdl: '@key(fields: "sku")' },
  { fields: `id: ID! ${org}`, sdl: '@key(fields: "org { code } sku") @key(fields: "id")' },
  { fields: `id: ID! ${org}`, sdl: '@key(fields: "id", resolvable: false) @key(fields: "sku org { code }")' },
]

/** Keys of a type in one subgraph. The first subgraph resolves all of them, so that every other can be reached. */
export function chooseKey(tape: Tape, { isFirst, isBeyondStock }: Draft, type: string): Key {
  if (type === 'T0') return choices[0] as Key
  if (!isFirst) return pick(tape, isBeyondStock ? choices : choices.slice(0, -1))
  const keys = '@key(fields: "id") @key(fields: "sku") @key(fields: "sku org { code }")'
  return { fields: `id: ID! ${org}`, sdl: keys }
}

/** Fields of the types that are no entities. */
export function valueFields(tape: Tape, draft: Draft): void {
  const value = `V_${draft.name}`
  add(draft, value, { name: `s_${draft.name}`, type: 'String' })
  add(draft, value, { name: `n_${draft.name}`, type: tape.once(3) ? 'Int!' : 'Int' })
  add(draft, value, { name: `e_${draft.name}`, type: concrete(tape, draft, 'ENTITY') })
  for (const [name, type] of Object.entries({ x: 'Int', y: 'String', z: '[Color]' }))
    draft.fields.set(`W.${name}`, fieldOf(draft, 'W', { name, type }))
}

/** Fields of the interface, in the subgraph that knows it as an object. */
export function interfaceFields(tape: Tape, draft: Draft): void {
  for (let index = 0; index <= 1 + tape.take(2); index++)
    add(draft, 'Node', { name: `i${index}_${draft.name}`, type: concrete(tape, draft, pick(tape, kinds)) })
  const label = draft.fields.get('T0.label')
  if (!label || !tape.once(2)) return
  external(draft, 'Node', label)
  add(draft, 'Node', { name: `r_${draft.name}`, type: 'String', requires: [{ field: label, args: {}, inner: [] }] })
}

/** Fields of an entity: some of any kind, and what is particular about this subgraph. */
export function entityFields(tape: Tape, draft: Draft, type: string): void {
  const before = [...draft.fields.values()].filter(({ owner, subgraph }) => owner === type && subgraph !== draft.name)
  for (let index = 0; index <= 1 + tape.take(3); index++) {
    const field = { name: `f${index}_${draft.name}`, type: concrete(tape, draft, pick(tape, kinds)) }
    const directives =
      index > 0 && leafKinds.includes(field.type) ? pick(tape, ['', '', '@inaccessible', '@shareable']) : ''
    add(draft, type, { ...field, hasArguments: tape.once(4), directives })
  }
  const leaves = before.filter((field) => leafKinds.includes(field.type) && field.name !== 'both')
  const open = leaves.filter(({ hasArguments }) => draft.isBeyondStock || !hasArguments)
  if (open.length > 0 && tape.once(2)) requiring(tape, draft, { type, open })
  if (draft.isFirst) add(draft, type, { name: 'label', type: 'String', directives: '@shareable' })
  if (!draft.isLacking) particular(tape, draft, { type, open })
}

interface Others {
  type: string
  open: readonly Field[]
}

function requiring(tape: Tape, draft: Draft, { type, open }: Others): void {
  for (const name of ['r', 'rr'].slice(0, 1 + tape.take(2))) {
    const wanted = [...new Set([pick(tape, open), ...(tape.once(2) ? [pick(tape, open)] : [])])]
    const requires = wanted.map((field) => requirement(tape, field))
    for (const field of wanted) external(draft, type, field)
    add(draft, type, { name: `${name}_${draft.name}`, type: 'String', requires })
  }
}

const given = [{ n: 2 }, { n: 1 }, { n: 3, c: 'RED' }]

function requirement(tape: Tape, field: Field): Requirement {
  const inner = field.type.includes('W') ? ['x', 'y'].slice(0, 1 + tape.take(2)) : []
  return { field, args: field.hasArguments ? pick(tape, given) : {}, inner }
}

/** What several subgraphs can answer, and what one took over from another. */
function particular(tape: Tape, draft: Draft, { type, open }: Others): void {
  if (draft.isFirst) return void add(draft, type, { name: 'both', type: 'Int', directives: '@shareable' })
  const both = draft.fields.get(`${type}.both`)
  if (both && tape.once(2)) ownOf(draft, type).push({ field: both, sdl: sdlOf(both) })
  const taken = open.find(({ requires, directives }) => requires.length === 0 && directives === '')
  if (!taken || !tape.once(4) || isNamed(draft, type, taken.name)) return
  const field = { ...taken, directives: `@override(from: "${taken.subgraph}")`, subgraph: draft.name }
  draft.fields.set(`${type}.${taken.name}`, field)
  draft.gone.add(taken)
  ownOf(draft, type).push({ field, sdl: sdlOf(field) })
}

/** The ways into the graph. */
export function rootFields(tape: Tape, draft: Draft): void {
  for (const [index, kind] of rootKinds.entries()) {
    if (index > 2 && !tape.once(2)) continue
    const type = concrete(tape, draft, kind)
    const directives = provided(tape, draft, type)
    add(draft, 'Query', { name: `q${index}_${draft.name}`, type, hasArguments: tape.once(4), directives })
  }
}

/** A field of another subgraph that this one can answer on the way here. */
function provided(tape: Tape, draft: Draft, type: string): string {
  const entity = /T\d/.exec(type)?.[0] ?? ''
  const open = [...draft.fields.values()].filter(
    (field) => field.owner === entity && field.subgraph !== draft.name && leafKinds.includes(field.type),
  )
  const simple = open.filter(
    ({ directives, hasArguments, type }) => directives === '@shareable' && !hasArguments && !type.includes('W'),
  )
  if (simple.length === 0 || draft.isInterfaceObject || !tape.once(2)) return ''
  const field = pick(tape, simple)
  if (isNamed(draft, entity, field.name) && !isExternal(draft, entity, field.name)) return ''
  external(draft, entity, field)
  return `@provides(fields: "${field.name}")`
}

function isNamed({ own }: Draft, type: string, name: string): boolean {
  return own.get(type)?.some(({ field }) => field.name === name) === true
}

function isExternal({ own }: Draft, type: string, name: string): boolean {
  return own.get(type)?.some(({ field, sdl }) => field.name === name && sdl.includes('@external')) === true
}

function external(draft: Draft, type: string, field: Field): void {
  if (isNamed(draft, type, field.name)) return
  ownOf(draft, type).push({ field, sdl: `${headOf(field)} @external` })
}

type Wanted = Pick<Field, 'name' | 'type'> & Partial<Field>

function add(draft: Draft, owner: string, wanted: Wanted): void {
  const field = fieldOf(draft, owner, wanted)
  draft.fields.set(`${owner}.${field.name}`, field)
  ownOf(draft, owner).push({ field, sdl: sdlOf(field) })
}

function fieldOf(draft: Draft, owner: string, wanted: Wanted): Field {
  const possible = wanted.type.includes('Node') ? nodesOf(draft) : wanted.type.includes('U') ? draft.members : []
  return { hasArguments: false, requires: [], directives: '', ...wanted, possible, owner, subgraph: draft.name }
}

function nodesOf({ isInterfaceObject, model, implementing }: Draft): readonly string[] {
  return isInterfaceObject ? model.entityTypes : implementing
}

function ownOf({ own }: Draft, type: string): Drafted[] {
  const fields = own.get(type) ?? []
  own.set(type, fields)
  return fields
}

function headOf({ name, type, hasArguments }: Field): string {
  return `${name}${hasArguments ? '(n: Int = 2, c: Color)' : ''}: ${type}`
}

function sdlOf(field: Field): string {
  const required = field.requires.map(
    ({ field: { name }, args, inner }) => `${name}${argsOf(args)}${inner.length > 0 ? ` { ${inner.join(' ')} }` : ''}`,
  )
  const requires = required.length > 0 ? ` @requires(fields: "${required.join(' ')}")` : ''
  return `${headOf(field)} ${field.directives}${requires}`
}

function argsOf(args: Record<string, unknown>): string {
  const texts = Object.entries(args).map(([name, value]) => `${name}: ${value}`)
  return texts.length > 0 ? `(${texts.join(', ')})` : ''
}

function concrete(tape: Tape, draft: Draft, kind: string): string {
  const { entityTypes } = draft.model
  const entity = draft.isInterfaceObject ? 'Node' : (entityTypes[tape.take(entityTypes.length)] ?? 'T0')
  const type = kind.replace('ENTITY', entity).replace('VALUE', `V_${draft.name}`)
  return draft.isInterfaceObject ? type.replace('U', 'Node') : type
}

function pick<T>(tape: Tape, from: readonly T[]): T {
  return from[tape.take(from.length)] as T
}
