import type { Subgraph } from '../world.ts'
import type { Draft, FieldDraft } from './draft.ts'
import { chooseKey, commonType, entityFields, interfaceFields, rootFields, valueFields } from './fields.ts'
import { type Field, idOf, keyFields, type Model, type ModelObject, resolveField, subTypes, typeOf } from './model.ts'
import { hashOf, type Tape } from './tape.ts'

/** A generated graph: its subgraphs and its data. */
export interface Graph {
  subgraphs: Subgraph[]
  model: Model
  /** Whether the graph has features that the stock executor gets wrong, such as unresolvable keys. */
  isStockWrong: boolean
}

/** Generates a graph of two to four subgraphs with shared entities. */
export function generateGraph(tape: Tape, seed: number): Graph {
  const names = ['a', 'b', 'c', 'd'].slice(0, 2 + tape.take(3))
  const entityTypes = ['T0', 'T1', 'T2'].slice(0, 2 + tape.take(2))
  const isLacking = tape.once(3)
  const hasInterfaceObject = tape.once(3)
  const isStockWrong = tape.once(3)
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
    isStockWrong,
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
  return { subgraphs: drafts.map((draft) => generatePart(tape, draft)), model, isStockWrong }
}

function generatePart(tape: Tape, draft: Draft): Subgraph {
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

function blockOf(fields: readonly FieldDraft[] = [], first = ''): string {
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
  const keys = Object.entries(keyFields).map(([key, read]) => [key, ({ id }: ModelObject) => read(id ?? '')])
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
      (source: ModelObject) => resolveField(model, { source, field: model.fields.get(`W.${name}`) as Field, args: {} }),
    ]),
  )
}

function resolverOf({ model, gone }: Draft, field: Field) {
  return (source: ModelObject | undefined, args: Record<string, unknown>) => {
    if (gone.has(field)) throw new Error(`${field.name} is answered elsewhere`)
    return resolveField(model, { source: source ?? { __typename: 'Query' }, field, args })
  }
}

function isInterface(type: string): boolean {
  return type === 'Base' || type === 'Sub'
}

/** The first subgraph has the types of the interface, and says which one an object is of. */
function referred({ model, name, isInterfaceObject }: Draft, type: string, reference: object): ModelObject | null {
  const id = idOf(reference)
  if (model.lacks(name, id)) return null
  const __typename = isInterface(type) && !isInterfaceObject ? typeOf(model, id) : type
  return { __typename, id, sent: { ...reference } }
}
