import {
  type GraphQLCompositeType,
  type GraphQLEnumType,
  type GraphQLOutputType,
  type GraphQLScalarType,
  getNullableType,
  isCompositeType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql'
import {
  type CollectedField,
  type Collecting,
  collectFields,
  mayHaveMore,
  type Selected,
} from '../compile/collect-fields.ts'
import type { OperationParts } from '../compile/conditions.ts'
import { isObject, type PropertyReader, propertyReader } from '../lib/own-property.ts'
import type { ResultObject } from '../run/execution.ts'
import { compileIntrospection } from '../run/introspect.ts'
import { compileLeaf, type WriteLeaf } from './leaf.ts'
import type { ResponseCost } from './response-cost.ts'
import { isMissing, placeMisfits, report, type Shaping } from './writer-context.ts'

/** The JSON of a value that is not null, or `failed`: then it is null, and why is known. */
type Write = (value: unknown, shaping: Shaping) => string

/** The JSON of a value; null when what it lies in cannot be without it. */
type WritePosition = (value: unknown, shaping: Shaping) => string | null

/** The JSON of a field of an object; null when the object cannot be without it. */
type WriteField = (source: ResultObject, shaping: Shaping) => string | null

interface Layout {
  fields: readonly LaidField[]
  /** Whether there may be more fields, of a type that the object does not tell. */
  isPartial: boolean
  /** What the object itself costs, with its plain fields. */
  weight: number
  weighArguments: ((variables: Shaping['variables']) => number) | null
}

interface LaidField {
  prefix: string
  /** A leaf is mostly there and what it should be: then this is all there is to it. */
  leaf: { read: PropertyReader; write: WriteLeaf } | null
  write: WriteField
}

/** Writes the answer to the operation as JSON, out of what was fetched. */
export type Shape = (data: ResultObject, shaping: Shaping) => string

interface Compiling extends Collecting {
  parts: OperationParts
  /** Counts what answers cost; null when nobody wants to know. */
  weigher: ResponseCost | null
  /** What each value costs of the field that is being compiled, as it says itself. */
  weight?: number | undefined
}

const nullText = 'null'
const failed = ''

/** Compiles the answer's form: the asked fields in their order, checked against the schema. */
export function compileShape(compiling: Compiling, type: GraphQLCompositeType): Shape {
  const selected = [{ set: compiling.parts.operation.selectionSet, type }]
  const fields = collectFields(compiling, selected, { typename: null, type })
  const layout = layoutOf({ ...compiling, weight: 0 }, type, fields)
  return (data, shaping) => writeFields(layout, data, shaping) ?? nullText
}

function layoutOf(compiling: Compiling, owner: GraphQLCompositeType, collected: readonly CollectedField[]): Layout {
  const { parts, weigher, weight } = compiling
  const fields = collected.map((field, index) => ({
    prefix: `${index === 0 ? '{' : ','}${JSON.stringify(parts.clientName(field.responseName))}:`,
    leaf: leafOf(field),
    write: compileField({ ...compiling, weight: weigher?.ofField(owner, field.name) }, field),
  }))
  return {
    fields,
    isPartial: false,
    weight: weigher?.ofObject(owner, collected, weight) ?? 0,
    weighArguments: weigher?.ofArguments(owner, collected) ?? null,
  }
}

function writeFields(layout: Layout, source: ResultObject, shaping: Shaping): string | null {
  const { fields, weight, weighArguments } = layout
  shaping.cost += weight
  if (weighArguments) shaping.cost += weighArguments(shaping.variables)
  let text = ''
  for (let index = 0; index < fields.length; index++) {
    const { prefix, leaf, write } = fields[index] as LaidField
    const plain = leaf && writePlain(leaf, source)
    const value = plain ?? write(source, shaping)
    if (value === null) return null
    text += prefix + value
  }
  return text === '' ? '{}' : `${text}}`
}

function leafOf({ name, type, responseName }: CollectedField): LaidField['leaf'] {
  const leaf = type && getNullableType(type)
  if (!isLeafType(leaf) || name === '__typename') return null
  return { read: propertyReader(responseName), write: compileLeaf(leaf) }
}

/** The JSON of a leaf; null when it is not there, or none of its type. */
function writePlain({ read, write }: NonNullable<LaidField['leaf']>, source: ResultObject): string | null {
  const value = read(source)
  return value === null || value === undefined ? null : write(value)
}

function compileField(compiling: Compiling, field: CollectedField): WriteField {
  if (field.name === '__typename') return typenameWriter(compiling, field)
  if (field.type === null) {
    const introspect = compileIntrospection(compiling.schema, compiling.parts, field.nodes)
    return (_source, shaping) => introspect(shaping.variables)
  }
  const key = compiling.parts.clientName(field.responseName)
  const read = propertyReader(field.responseName)
  const write = compilePosition(compiling, field.type, field.selected)
  const at = { key, place: `field ${field.parent.name}.${key}` }
  const missing = isNonNullType(field.type) ? null : nullText
  return (source, shaping) => {
    const known = shaping.misfits.length
    const value = read(source)
    const text =
      value === undefined && isMissing(shaping, source, field.responseName) ? missing : write(value ?? null, shaping)
    if (shaping.misfits.length > known) placeMisfits(shaping, known, at)
    return text
  }
}

/** A value where it stands: a null is an answer, or costs what it lies in. */
function compilePosition(compiling: Compiling, type: GraphQLOutputType, selected: readonly Selected[]): WritePosition {
  const write = compileValue(compiling, isNonNullType(type) ? type.ofType : type, selected)
  if (!isNonNullType(type)) {
    return (value, shaping) => (value === null ? nullText : write(value, shaping) || nullText)
  }
  return (value, shaping) => {
    if (value !== null) return write(value, shaping) || null
    report(shaping, 'Cannot return null for non-nullable')
    return null
  }
}

function compileValue(compiling: Compiling, type: GraphQLOutputType, selected: readonly Selected[]): Write {
  if (isListType(type)) return listWriter(compiling, type.ofType, selected)
  if (isCompositeType(type)) return objectWriter(compiling, type, selected)
  const write = compileLeaf(type as GraphQLScalarType | GraphQLEnumType)
  return (value, shaping) => {
    const text = write(value)
    if (text !== null) return text
    report(shaping, 'Invalid value found for')
    return failed
  }
}

function listWriter(compiling: Compiling, type: GraphQLOutputType, selected: readonly Selected[]): Write {
  const write = compilePosition(compiling, type, selected)
  const place = `array element of type ${getNullableType(type)} at index`
  const weight = compiling.weigher?.ofItem(type, compiling.weight) ?? 0
  return remembered((value, shaping) => {
    if (Array.isArray(value)) return writeItems({ write, place, weight }, value, shaping)
    report(shaping, 'Invalid non-list value found for')
    return failed
  })
}

/** Goes on after an item that cannot be, so that all of them are told of. */
function writeItems({ write, place, weight }: ItemWriter, items: readonly unknown[], shaping: Shaping): string {
  shaping.cost += weight * items.length
  let text = '['
  let isWhole = true
  for (let index = 0; index < items.length; index++) {
    const known = shaping.misfits.length
    const item = write(items[index] ?? null, shaping)
    if (shaping.misfits.length > known) placeMisfits(shaping, known, { key: index, place: `${place} ${index}` })
    if (item === null) isWhole = false
    text += index === 0 ? item : `,${item}`
  }
  return isWhole ? `${text}]` : failed
}

interface ItemWriter {
  write: WritePosition
  place: string
  /** What each item costs that is no object. */
  weight: number
}

function objectWriter(compiling: Compiling, type: GraphQLCompositeType, selected: readonly Selected[]): Write {
  const layouts = new Map<unknown, Layout>()
  const layoutFor = (typename: unknown): Layout | null => {
    const isStated = typename !== undefined && typename !== null
    if (isStated && typeof typename !== 'string') return null
    const named = typename ? compiling.schema.getType(typename) : type
    if (!isCompositeType(named)) return null
    const subject = { typename: typename ? named.name : null, type: named }
    const isPartial = mayHaveMore(compiling, selected, subject)
    const layout = { ...layoutOf(compiling, named, collectFields(compiling, selected, subject)), isPartial }
    layouts.set(typename, layout)
    return layout
  }
  return remembered((value, shaping) => {
    if (!isObject(value)) {
      report(shaping, 'Invalid non-object value found for')
      return failed
    }
    const typename = value['__typename']
    const layout = layouts.get(typename) ?? layoutFor(typename)
    if (layout?.isPartial && isMissing(shaping, value, '__typename')) return failed
    if (layout) return writeFields(layout, value, shaping) ?? failed
    if (typename === undefined && isMissing(shaping, value, '__typename')) return failed
    report(shaping, 'Invalid __typename found for object at')
    return failed
  })
}

/** A value that lies at several places is written once, unless it holds errors: those have a path for each place. */
function remembered(write: Write): Write {
  return (value, shaping) => {
    if (shaping.shared.size === 0) return write(value, shaping)
    const known = shaping.shared.get(value as object)
    if (known === undefined) return write(value, shaping)
    if (known?.writer === write) {
      shaping.cost += known.cost
      return known.text
    }
    const before = shaping.misfits.length
    const costBefore = shaping.cost
    const text = write(value, shaping)
    if (shaping.misfits.length === before && text !== failed)
      shaping.shared.set(value as object, { writer: write, text, cost: shaping.cost - costBefore })
    return text
  }
}

/**
 * What an object is: as it says under that name, else as it says, else as the schema says. Subgraphs may have other names for
 * root types, and know as an object what is an interface to clients: of those, nothing can be told.
 */
function typenameWriter({ schema }: Compiling, { responseName, parent }: CollectedField): WriteField {
  const read = propertyReader(responseName)
  const objectName = (stated: unknown): string | null =>
    typeof stated === 'string' && isObjectType(schema.getType(stated)) ? stated : null
  return (source) => {
    const name = objectName(read(source)) ?? objectName(source['__typename']) ?? objectName(parent.name)
    return name === null ? null : `"${name}"`
  }
}
