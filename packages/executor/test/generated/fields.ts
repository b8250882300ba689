import { type Draft, type FieldDraft, type Key, leafKinds, pick } from './draft.ts'
import { type Field, type Requirement, subTypes } from './model.ts'
import { isLeaf, requirableFields, requirement, selectionOf } from './requirements.ts'
import type { Tape } from './tape.ts'

const kinds = [
  ...leafKinds, 'String', 'String!', 'Int!', 'ENTITY', 'ENTITY', '[ENTITY]', 'ENTITY!', '[ENTITY]', '[ENTITY!]!', '[[ENTITY]]', 'VALUE', '[VALUE!]', 'U', '[U]', 'Base', '[Base]', 'Sub', '[Sub!]', 'Ghost',
] // biome-ignore format: a table
const rootKinds = ['ENTITY', '[ENTITY]', '[U]', '[Base!]', 'Base', 'W', '[[ENTITY!]]', '[Sub]', '[Base]', 'Ghost']

const org = 'org: Org! sku: ID!'
const choices: readonly Key[] = [
  { fields: 'id: ID!', sdl: '@key(fields: "id")' },
  { fields: 'sku: ID!', sdl: '@key(fields: "sku")' },
  { fields: `id: ID! ${org}`, sdl: '@key(fields: "org { code } sku") @key(fields: "id")' },
  { fields: `id: ID! ${org}`, sdl: '@key(fields: "id", resolvable: false) @key(fields: "sku org { code }")' },
]

/** Keys of a type in one subgraph. The first subgraph resolves all of them, so that all others can be reached. */
export function chooseKey(tape: Tape, { isFirst, isStockWrong, isLacking }: Draft, type: string): Key {
  // Who lacks an entity could be asked for its other keys.
  if (type === 'T0' || isLacking) return choices[0] as Key
  if (!isFirst) return pick(tape, isStockWrong ? choices : choices.slice(0, -1))
  const keys = '@key(fields: "id") @key(fields: "sku") @key(fields: "sku org { code }")'
  return { fields: `id: ID! ${org}`, sdl: keys }
}

/** Fields of the types that are not entities. */
export function valueFields(tape: Tape, draft: Draft): void {
  const value = `V_${draft.name}`
  add(draft, value, { name: `s_${draft.name}`, type: 'String' })
  add(draft, value, { name: `n_${draft.name}`, type: tape.once(3) ? 'Int!' : 'Int' })
  add(draft, value, { name: `e_${draft.name}`, type: concrete(tape, draft, 'ENTITY') })
  for (const [name, type] of Object.entries({ x: 'Int', y: 'String', z: '[Color]' }))
    draft.fields.set(`W.${name}`, fieldOf(draft, 'W', { name, type }))
}

/** Fields of the interface, in the subgraph where it is an `@interfaceObject`. */
export function interfaceFields(tape: Tape, draft: Draft): void {
  const owner = draft.isNested ? 'Sub' : 'Base'
  for (let index = 0; index <= 1 + tape.take(2); index++)
    add(draft, owner, { name: `i${index}_${draft.name}`, type: concrete(tape, draft, pick(tape, kinds)) })
  const label = draft.fields.get('T0.label')
  if (!label || !tape.once(2)) return
  external(draft, owner, label)
  add(draft, owner, { name: `r_${draft.name}`, type: 'String', requires: [{ field: label, args: {}, inner: [] }] })
}

/** The type of a field that all types of a subgraph share; null when each has its own. */
export function commonType(tape: Tape, draft: Draft): string | null {
  return tape.once(3) ? null : concrete(tape, draft, pick(tape, ['ENTITY', '[ENTITY]', 'String', 'W']))
}

/** Fields of an entity: of any kind, and with the directives of this subgraph. */
export function entityFields(tape: Tape, draft: Draft, type: string): void {
  const before = [...draft.fields.values()].filter(({ owner, subgraph }) => owner === type && subgraph !== draft.name)
  for (let index = 0; index <= 1 + tape.take(3); index++) {
    const common = index === 0 ? draft.common : null
    const field = { name: `f${index}_${draft.name}`, type: common ?? concrete(tape, draft, pick(tape, kinds)) }
    const directives =
      index > 0 && leafKinds.includes(field.type) ? pick(tape, ['', '', '@inaccessible', '@shareable']) : ''
    add(draft, type, { ...field, hasArguments: tape.once(3), directives })
  }
  const known = before.filter(({ hasArguments }) => draft.isStockWrong || !hasArguments)
  const open = known.filter(isLeaf)
  const wanted = draft.isStockWrong
    ? known.filter((field) => isLeaf(field) || requirableFields(draft, field).length > 0)
    : open
  if (wanted.length > 0 && !tape.once(3)) requiring(tape, draft, { type, open: wanted })
  if (draft.isFirst) add(draft, type, { name: 'label', type: 'String', directives: '@shareable' })
  if (!draft.isLacking) particular(tape, draft, { type, open })
}

interface Others {
  type: string
  open: readonly Field[]
}

/** Fields with `@requires`, some with the same requirements. */
function requiring(tape: Tape, draft: Draft, { type, open }: Others): void {
  for (const name of ['r', 'rr', 'rrr'].slice(0, 1 + tape.take(3))) {
    const wanted = [...new Set([pick(tape, open), ...(tape.once(2) ? [pick(tape, open)] : [])])]
    const requires = wanted.map((field) => requirement(tape, draft, { field, depth: 2 }))
    for (const one of requires) externalIn(draft, type, one)
    add(draft, type, { name: `${name}_${draft.name}`, type: 'String', requires })
  }
}

function externalIn(draft: Draft, type: string, { field, inner }: Requirement): void {
  external(draft, type, field)
  for (const one of inner) if (one.field.owner !== 'W') externalIn(draft, one.field.owner, one)
}

/** Shareable and overridden fields. */
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

/** Root fields. */
export function rootFields(tape: Tape, draft: Draft): void {
  for (const [index, kind] of rootKinds.entries()) {
    if (index > 2 && !tape.once(2)) continue
    const type = concrete(tape, draft, kind)
    const directives = provided(tape, draft, type)
    add(draft, 'Query', { name: `q${index}_${draft.name}`, type, hasArguments: tape.once(4), directives })
  }
}

/** A field of another subgraph that this one provides here. */
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
  const possible = possibleIn(draft, wanted.type)
  return { hasArguments: false, requires: [], directives: '', ...wanted, possible, owner, subgraph: draft.name }
}

function possibleIn({ isInterfaceObject, model, implementing, members }: Draft, type: string): readonly string[] {
  const nodes = isInterfaceObject ? model.entityTypes : implementing
  if (type.includes('Base')) return nodes
  if (type.includes('Sub')) return nodes.filter((one) => subTypes.includes(one))
  return type.includes('U') ? members : []
}

function ownOf({ own }: Draft, type: string): FieldDraft[] {
  const fields = own.get(type) ?? []
  own.set(type, fields)
  return fields
}

function headOf({ name, type, hasArguments }: Field): string {
  return `${name}${hasArguments ? '(n: Int = 2, c: Color, b: Long)' : ''}: ${type}`
}

function sdlOf(field: Field): string {
  const required = field.requires.map(selectionOf).join(' ')
  const requires = required === '' ? '' : ` @requires(fields: "${required}")`
  return `${headOf(field)} ${field.directives}${requires}`
}

function concrete(tape: Tape, draft: Draft, kind: string): string {
  const { entityTypes } = draft.model
  const entity = draft.isInterfaceObject ? 'Base' : (entityTypes[tape.take(entityTypes.length)] ?? 'T0')
  const type = kind.replace('ENTITY', entity).replace('VALUE', `V_${draft.name}`)
  if (!draft.isInterfaceObject) return type
  return type.replace(draft.isNested ? /U|Ghost/ : /U|Ghost|Sub/, 'Base')
}
