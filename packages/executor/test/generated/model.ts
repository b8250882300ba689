import { ExactNumber } from '../../src/lib/exact-json.ts'
import { hashOf } from './tape.ts'

/** An object as every subgraph knows it: an entity by its id, a value by a number, whatever subgraphs hold of it. */
export interface Thing {
  __typename: string
  id?: string
  of?: number
  /** What the gateway sent of an entity that it asked for by a reference. */
  sent?: Record<string, unknown>
}

/** A field, what it answers and who knows. */
export interface Field {
  /** The type it belongs to, or the interface that a subgraph knows as an object. */
  owner: string
  name: string
  /** Its type in SDL. */
  type: string
  subgraph: string
  /** Types of the objects that an abstract type in it may be. */
  possible: readonly string[]
  hasArguments: boolean
  /** What it requires: field names, with the arguments and the selections that belong to them. */
  requires: readonly Requirement[]
  /** SDL of its directives. */
  directives: string
}

/** A required field. Its answer says what was sent for it. */
export interface Requirement {
  field: Field
  args: Record<string, unknown>
  /** What is taken of an object. */
  inner: readonly Requirement[]
}

/** What is true in a generated graph: every subgraph answers so, and so would one service that held all of it. */
export interface Model {
  seed: number
  entityTypes: readonly string[]
  fields: ReadonlyMap<string, Field>
  /** Whether a subgraph does not have an entity at all. */
  lacks: (subgraph: string, id: string) => boolean
}

/** The types of the narrower one of two interfaces. */
export const subTypes = ['T0', 'T2']

export const colors = ['RED', 'GREEN', 'BLUE']

/** The type of an entity: ids of all types are counted together. */
export function typeOf({ entityTypes }: Pick<Model, 'entityTypes'>, id: string): string {
  return entityTypes[Number(id) % entityTypes.length] ?? ''
}

/** A field that is asked of an object. */
export interface Question {
  thing: Thing
  field: Field
  args: Record<string, unknown>
}

/** What a field answers. @throws where it fails */
export function answer(model: Model, { thing, field, args }: Question): unknown {
  if (thing.id !== undefined && model.lacks(field.subgraph, thing.id)) return null
  const key = `${model.seed} ${field.owner} ${thing.id ?? thing.of ?? ''} ${field.name} ${JSON.stringify(args)}`
  const required = field.requires.length > 0 ? told(field, requiredOf(model, thing, field)) : undefined
  if (required === null) return null
  if (hashOf(`${key} fails`) % 29 === 0) throw new Error(`no ${field.name}`)
  if (required !== undefined) return required
  return valueFor({ model, field }, field.type, key)
}

/** What a field that requires others answers: what it got of them, and of that what it required. */
function told({ requires }: Field, required: Record<string, unknown>): string | null {
  const values = requires.map(({ field, inner }) => taken(required[field.name] ?? null, inner))
  return values.includes(null) ? null : JSON.stringify(values)
}

/** An entity that lacks something is told as null: subgraphs are not sent such, and one service would not know. */
function taken(value: unknown, inner: readonly Requirement[]): unknown {
  if (Array.isArray(value)) return value.map((one) => taken(one, inner))
  if (inner.length === 0 || value === null) return value
  const parts = inner.map(({ field, inner }) => {
    const part = (value as Record<string, unknown>)[field.name] ?? null
    return [field.name, taken(part, inner)] as const
  })
  const isLacking = parts.some(([, part]) => part === null) && inner[0]?.field.owner !== 'W'
  return isLacking ? null : Object.fromEntries(parts)
}

function requiredOf(model: Model, thing: Thing, field: Field): Record<string, unknown> {
  if (thing.sent) return thing.sent
  return Object.fromEntries(field.requires.map((wanted) => [wanted.field.name, requiredValue(model, thing, wanted)]))
}

function requiredValue(model: Model, thing: Thing, { field, args, inner }: Requirement): unknown {
  const own = model.fields.get(`${thing.__typename}.${field.name}`) ?? field
  const value = whole(
    field.type,
    orNull(() => answer(model, { thing, field: own, args })),
  )
  const resolved = (one: unknown): unknown => {
    if (Array.isArray(one)) return one.map(resolved)
    if (inner.length === 0 || one === null) return one
    return Object.fromEntries(inner.map((part) => [part.field.name, requiredValue(model, one as Thing, part)]))
  }
  return resolved(value)
}

/** A list that may not hold nulls is null when it does, as it is in the answer. */
function whole(type: string, value: unknown): unknown {
  if (!Array.isArray(value) || !type.startsWith('[')) return value
  const inner = type.slice(1, -1)
  const items = value.map((item) => whole(inner, item))
  return inner.endsWith('!') && items.includes(null) ? null : items
}

function orNull(read: () => unknown): unknown {
  try {
    return read()
  } catch {
    return null
  }
}

interface Valuing {
  model: Model
  field: Field
}

function valueFor(valuing: Valuing, type: string, key: string): unknown {
  const hash = hashOf(key)
  if (type.endsWith('!')) return hash % 31 === 0 ? null : (valueFor(valuing, type.slice(0, -1), `${key}!`) ?? null)
  if (hash % 7 === 0) return null
  if (!type.startsWith('[')) return leafOf(valuing, type, hash)
  return Array.from({ length: hash % 4 }, (_, index) => valueFor(valuing, type.slice(1, -1), `${key}/${index}`))
}

const leaves: Readonly<Record<string, (hash: number) => unknown>> = {
  String: (hash) => `s"${hash % 100}\n`,
  Int: (hash) => (hash % 50) - 10,
  Float: (hash) => (hash % 1000) / 8,
  Boolean: (hash) => hash % 2 === 0,
  Long: (hash) => new ExactNumber(`${hash % 2 === 0 ? '-' : ''}900719925474099${hash % 1000}`),
  Color: (hash) => colors[hash % colors.length],
  Blob: (hash) => ({ __typename: 'Blob', n: hash % 3, list: [[null, { constructor: 1 }]] }),
}

function leafOf({ model, field }: Valuing, type: string, hash: number): unknown {
  const leaf = leaves[type]
  if (leaf) return leaf(hash)
  const named = field.possible.length > 0 ? field.possible[hash % field.possible.length] : type
  const place = named === undefined ? -1 : model.entityTypes.indexOf(named)
  if (place === -1) return { __typename: type, of: hash % 5 } satisfies Thing
  const id = String((hash % 3) * model.entityTypes.length + place)
  return { __typename: named ?? '', id } satisfies Thing
}

/** Key fields of an entity, by which subgraphs know it. */
export const keyFields: Readonly<Record<string, (id: string) => unknown>> = {
  id: (id) => id,
  sku: (id) => `s${id}`,
  org: (id) => ({ code: `o${id}` }),
}

/** The id that a reference means, whichever key it holds. */
export function idOf({ id, sku, org }: { id?: string; sku?: string; org?: { code: string } }): string {
  return id ?? (sku ?? org?.code ?? '').slice(1)
}
