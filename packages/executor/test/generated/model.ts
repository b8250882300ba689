import { ExactNumber } from '../../src/lib/exact-json.ts'
import { hashOf } from './tape.ts'

/** An object of the generated data: an entity has an id, a value object a number. */
export interface ModelObject {
  __typename: string
  id?: string
  of?: number
  /** The representation that the gateway sent. */
  sent?: Record<string, unknown>
}

/** A field: its type, its owner and the subgraphs that resolve it. */
export interface Field {
  /** Its parent type, or the interface of an `@interfaceObject`. */
  owner: string
  name: string
  /** Its type in SDL. */
  type: string
  subgraph: string
  /** The object types that an abstract type may resolve to. */
  possible: readonly string[]
  hasArguments: boolean
  /** The fields of its `@requires`, with arguments and selections. */
  requires: readonly Requirement[]
  /** Its directives as SDL. */
  directives: string
}

/** A required field. */
export interface Requirement {
  field: Field
  args: Record<string, unknown>
  /** The selections on an object. */
  inner: readonly Requirement[]
}

/** The data of a generated graph. All subgraphs and the monolith resolve fields from it. */
export interface Model {
  seed: number
  entityTypes: readonly string[]
  fields: ReadonlyMap<string, Field>
  /** Whether a subgraph does not have an entity. */
  lacks: (subgraph: string, id: string) => boolean
}

/** The types of the narrower of the two interfaces. */
export const subTypes = ['T0', 'T2']

export const colors = ['RED', 'GREEN', 'BLUE']

/** The type of an entity. Ids are unique across types. */
export function typeOf({ entityTypes }: Pick<Model, 'entityTypes'>, id: string): string {
  return entityTypes[Number(id) % entityTypes.length] ?? ''
}

/** A field of an object with its arguments. */
export interface FieldCall {
  source: ModelObject
  field: Field
  args: Record<string, unknown>
}

/** Resolves a field. @throws Error when the field is one that fails */
export function resolveField(model: Model, { source, field, args }: FieldCall): unknown {
  if (source.id !== undefined && model.lacks(field.subgraph, source.id)) return null
  const key = `${model.seed} ${field.owner} ${source.id ?? source.of ?? ''} ${field.name} ${JSON.stringify(args)}`
  const required = field.requires.length > 0 ? describeRequired(field, requiredOf(model, source, field)) : undefined
  if (required === null) return null
  if (hashOf(`${key} fails`) % 29 === 0) throw new Error(`no ${field.name}`)
  if (required !== undefined) return required
  return valueFor({ model, field }, field.type, key)
}

/** The value of a field with `@requires`: the required data that it received. */
function describeRequired({ requires }: Field, required: Record<string, unknown>): string | null {
  const values = requires.map(({ field, inner }) => withoutIncomplete(required[field.name] ?? null, inner))
  return values.includes(null) ? null : JSON.stringify(values)
}

/** Replaces entities that lack a field by null, as the gateway does in representations. */
function withoutIncomplete(value: unknown, inner: readonly Requirement[]): unknown {
  if (Array.isArray(value)) return value.map((one) => withoutIncomplete(one, inner))
  if (inner.length === 0 || value === null) return value
  const parts = inner.map(({ field, inner }) => {
    const part = (value as Record<string, unknown>)[field.name] ?? null
    return [field.name, withoutIncomplete(part, inner)] as const
  })
  const isLacking = parts.some(([, part]) => part === null) && inner[0]?.field.owner !== 'W'
  return isLacking ? null : Object.fromEntries(parts)
}

function requiredOf(model: Model, source: ModelObject, field: Field): Record<string, unknown> {
  if (source.sent) return source.sent
  return Object.fromEntries(field.requires.map((wanted) => [wanted.field.name, requiredValue(model, source, wanted)]))
}

function requiredValue(model: Model, source: ModelObject, { field, args, inner }: Requirement): unknown {
  const own = model.fields.get(`${source.__typename}.${field.name}`) ?? field
  const value = nullIfIncomplete(
    field.type,
    orNull(() => resolveField(model, { source, field: own, args })),
  )
  const resolved = (one: unknown): unknown => {
    if (Array.isArray(one)) return one.map(resolved)
    if (inner.length === 0 || one === null) return one
    return Object.fromEntries(inner.map((part) => [part.field.name, requiredValue(model, one as ModelObject, part)]))
  }
  return resolved(value)
}

/** A list of non-null items is null when an item is null, as in the response. */
function nullIfIncomplete(type: string, value: unknown): unknown {
  if (!Array.isArray(value) || !type.startsWith('[')) return value
  const inner = type.slice(1, -1)
  const items = value.map((item) => nullIfIncomplete(inner, item))
  return inner.endsWith('!') && items.includes(null) ? null : items
}

function orNull(read: () => unknown): unknown {
  try {
    return read()
  } catch {
    return null
  }
}

interface ValueContext {
  model: Model
  field: Field
}

function valueFor(context: ValueContext, type: string, key: string): unknown {
  const hash = hashOf(key)
  if (type.endsWith('!')) return hash % 31 === 0 ? null : (valueFor(context, type.slice(0, -1), `${key}!`) ?? null)
  if (hash % 7 === 0) return null
  if (!type.startsWith('[')) return leafOf(context, type, hash)
  return Array.from({ length: hash % 4 }, (_, index) => valueFor(context, type.slice(1, -1), `${key}/${index}`))
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

function leafOf({ model, field }: ValueContext, type: string, hash: number): unknown {
  const leaf = leaves[type]
  if (leaf) return leaf(hash)
  const named = field.possible.length > 0 ? field.possible[hash % field.possible.length] : type
  const place = named === undefined ? -1 : model.entityTypes.indexOf(named)
  if (place === -1) return { __typename: type, of: hash % 5 } satisfies ModelObject
  const id = String((hash % 3) * model.entityTypes.length + place)
  return { __typename: named ?? '', id } satisfies ModelObject
}

/** The key fields of an entity. */
export const keyFields: Readonly<Record<string, (id: string) => unknown>> = {
  id: (id) => id,
  sku: (id) => `s${id}`,
  org: (id) => ({ code: `o${id}` }),
}

/** The id of a reference, whichever key it holds. */
export function idOf({ id, sku, org }: { id?: string; sku?: string; org?: { code: string } }): string {
  return id ?? (sku ?? org?.code ?? '').slice(1)
}
