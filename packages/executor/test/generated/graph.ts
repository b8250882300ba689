import type { Part } from '../world.ts'
import type { Draft, Drafted } from './draft.ts'
import { chooseKey, commonType, entityFields, interfaceFields, rootFields, valueFields } from './fields.ts'
import { answer, type Field, idOf, keyFields, type Model, subTypes, type Thing, typeOf } from './model.ts'
import { hashOf, type Tape } from './tape.ts'

/** A generated graph: its subgraphs, and what is true in it. */
export interface Graph {
  parts: Part[]
  model: Model
  /** Whether the stock executor asks for something else, because it gets that wrong: the wrong key, or one of several arguments. */
  isBeyondStock: boolean
}

/** A graph of two to four subgraphs over entities that they share, each with fields of its own. */
export function generateGraph(tape: Tape, seed: number): Graph {
  const names = ['a', 'b', 'c', 'd'].slice(0, 2 + tape.take(3))
  const entityTypes = ['T0', 'T1', 'T2'].slice(0, 2 + tape.take(2))
  const isLacking = tape.once(3)
  const hasInterfaceObject = tape.once(3)
  const isBeyondStock = tape.once(3)
  const isNested = tape.once(2)
  const fields = new Map<string, Field>()
  const gone = new Set<Field>()
  // Who knows an interface as an object is asked for its keys again, and has them.
  const lacking = new Set(isLacking ? names.slice(1, hasInterfaceObject ? -1 : undefined) : [])
  const model: Model = {
    seed,
    entityTypes,
    fields,
    lacks: (subgraph, id) => lacking.has(subgraph) && hashOf(`${seed} ${subgraph} lacks ${id}`) % 5 === 0,
  }
  const drafts: Draft[] = names.map((name, index) => ({
    name,
    model,
    fields,
    gone,
    isFirst: index === 0,
    isBeyondStock,
    isLacking,
    isInterfaceObject: hasInterfaceObject && index === names.length - 1,
    hasInterfaceObject,
    isNested,
    common: null,
    keys: new Map(),
    implementing: [],
    members: [],
    own: new Map(),
  }))
  return { parts: drafts.map((draft) => generatePart(tape, draft)), model, isBeyondStock }
}

function generatePart(tape: Tape, draft: Draft): Part {
  const { model, isInterfaceObject, own, name } = draft
  for (const type of model.entityTypes) draft.keys.set(type, chooseKey(tape, draft, type))
  draft.implementing.push(...model.entityTypes.filter((type) => draft.keys.get(type)?.fields.includes('id:')))
  draft.members.push(...model.entityTypes.filter((_, index) => index === 0 || !tape.once(3)))
  draft.common = commonType(tape, draft)
  valueFields(tape, draft)
  if (isInterfaceObject) interfaceFields(tape, draft)
  else for (const type of model.entityTypes) entityFields(tape, draft, type)
  rootFields(tape, draft)
  const sdl = [
    'enum Color { RED GREEN BLUE } scalar Blob scalar Long interface Ghost { id: ID! ghost: String }',
    'type W @shareable { x: Int y: String z: [Color] }',
    `type V_${name} ${blockOf(own.get(`V_${name}`))}`,
    `type Query ${blockOf(own.get('Query'))}`,
    ...(isInterfaceObject ? [interfaceObjectOf(draft)] : entitiesOf(draft)),
  ]
  return { name, sdl: sdl.join('\n'), resolvers: resolversOf(draft) }
}

function interfaceObjectOf({ own, isNested }: Draft): string {
  const types = (isNested ? ['Base', 'Sub'] : ['Base']).map(
    (type) => `type ${type} @interfaceObject @key(fields: "id") ${blockOf(own.get(type), 'id: ID!')}`,
  )
  return types.join(' ')
}

function entitiesOf({
  isFirst,
  hasInterfaceObject,
  isNested,
  members,
  model,
  keys,
  implementing,
  own,
}: Draft): string[] {
  const key = isFirst && hasInterfaceObject ? '@key(fields: "id")' : ''
  return [
    'type Org @shareable { code: ID! }',
    `interface Base ${key} { id: ID! ${isFirst ? 'label: String' : ''} }`,
    `interface Sub ${isNested ? 'implements Base' : ''} ${key} { id: ID! ${isFirst ? 'label: String' : ''} }`,
    `union U = ${members.join(' | ')}`,
    ...model.entityTypes.map((type) => {
      const implemented = implementing.includes(type) ? implementsOf(type) : ''
      return `type ${type} ${implemented} ${keys.get(type)?.sdl} ${blockOf(own.get(type), keys.get(type)?.fields)}`
    }),
  ]
}

function implementsOf(type: string): string {
  return subTypes.includes(type) ? 'implements Base & Sub' : 'implements Base'
}

function blockOf(fields: readonly Drafted[] = [], first = ''): string {
  return `{ ${[first, ...fields.map(({ sdl }) => sdl)].join('\n')} }`
}

function resolversOf(draft: Draft): object {
  const { model, own, isFirst, isInterfaceObject, isNested } = draft
  const resolvers: Record<string, Record<string, unknown>> = { W: valueResolvers(model) }
  for (const [type, fields] of own)
    resolvers[type] = Object.fromEntries(fields.map(({ field }) => [field.name, resolverOf(draft, field)]))
  const referable = isInterfaceObject
    ? isNested
      ? ['Base', 'Sub']
      : ['Base']
    : [...model.entityTypes, ...(isFirst ? ['Base', 'Sub'] : [])]
  const keys = Object.entries(keyFields).map(([key, read]) => [key, ({ id }: Thing) => read(id ?? '')])
  for (const type of referable) {
    const fields = isInterface(type) ? {} : Object.fromEntries(keys)
    const __resolveReference = (reference: object) => referred(draft, type, reference)
    resolvers[type] = { ...fields, ...resolvers[type], __resolveReference }
  }
  return resolvers
}

function valueResolvers(model: Model): Record<string, unknown> {
  const names = ['x', 'y', 'z']
  return Object.fromEntries(
    names.map((name) => [
      name,
      (thing: Thing) => answer(model, { thing, field: model.fields.get(`W.${name}`) as Field, args: {} }),
    ]),
  )
}

function resolverOf({ model, gone }: Draft, field: Field) {
  return (thing: Thing | undefined, args: Record<string, unknown>) => {
    if (gone.has(field)) throw new Error(`${field.name} is answered elsewhere`)
    return answer(model, { thing: thing ?? { __typename: 'Query' }, field, args })
  }
}

function isInterface(type: string): boolean {
  return type === 'Base' || type === 'Sub'
}

/** The first subgraph has the types of the interface, and says which one an object is of. */
function referred({ model, name, isInterfaceObject }: Draft, type: string, reference: object): Thing | null {
  const id = idOf(reference)
  if (model.lacks(name, id)) return null
  const __typename = isInterface(type) && !isInterfaceObject ? typeOf(model, id) : type
  return { __typename, id, sent: { ...reference } }
}
