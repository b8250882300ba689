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
  type CollectContext,
  type CollectedField,
  collectFields,
  mayHaveMoreFields,
  type TypedSelectionSet,
} from '../compile/collect-fields.ts'
import type { OperationParts } from '../compile/conditions.ts'
import { isObject, type PropertyReader, propertyReader } from '../lib/own-property.ts'
import type { ResultObject } from '../run/execution.ts'
import { compileIntrospection } from '../run/introspect.ts'
import { compileLeaf, type WriteLeaf } from './leaf.ts'
import type { ResponseCost } from './response-cost.ts'
import { locateInvalidValues, reportIfMissing, reportInvalid, type WriterContext } from './writer-context.ts'

/** Writes a value that is not null. Returns `invalid` after recording why it cannot be written. */
type WriteNonNull = (value: unknown, context: WriterContext) => string

/** Writes a value of a nullable or non-null type; null when its parent has to be null too. */
type WriteValue = (value: unknown, context: WriterContext) => string | null

/** Writes a field of an object; null when the object has to be null too. */
type WriteField = (source: ResultObject, context: WriterContext) => string | null

interface ObjectShape {
  fields: readonly FieldWriter[]
  /** Whether the object may have further fields, because its type is not known. */
  isPartial: boolean
  /** The cost of the object with its leaf fields. */
  cost: number
  argumentsCost: ((variables: WriterContext['variables']) => number) | null
}

interface FieldWriter {
  prefix: string
  /** A shortcut for valid leaf values, which most fields have. */
  leaf: { read: PropertyReader; write: WriteLeaf } | null
  write: WriteField
}

/** Writes the response data as JSON. */
export type ResponseWriter = (data: ResultObject, context: WriterContext) => string

interface WriterOptions extends CollectContext {
  parts: OperationParts
  /** Counts the cost of responses; null to count nothing. */
  responseCost: ResponseCost | null
  /** The `@cost` of the current field. */
  fieldCost?: number | undefined
}

const nullJson = 'null'
const invalid = ''

/** Compiles the response writer: it completes values as the specification says (§6.4.3) while it writes them. */
export function compileWriter(options: WriterOptions, type: GraphQLCompositeType): ResponseWriter {
  const selectionSets = [{ set: options.parts.operation.selectionSet, type }]
  const fields = collectFields(options, selectionSets, { typename: null, type })
  const shape = compileObjectShape({ ...options, fieldCost: 0 }, type, fields)
  return (data, context) => writeFields(shape, data, context) ?? nullJson
}

function compileObjectShape(
  options: WriterOptions,
  owner: GraphQLCompositeType,
  collected: readonly CollectedField[],
): ObjectShape {
  const { parts, responseCost, fieldCost } = options
  const fields = collected.map((field, index) => ({
    prefix: `${index === 0 ? '{' : ','}${JSON.stringify(parts.clientName(field.responseName))}:`,
    leaf: compileLeafField(field),
    write: compileField({ ...options, fieldCost: responseCost?.ofField(owner, field.name) }, field),
  }))
  return {
    fields,
    isPartial: false,
    cost: responseCost?.ofObject(owner, collected, fieldCost) ?? 0,
    argumentsCost: responseCost?.ofArguments(owner, collected) ?? null,
  }
}

function writeFields(shape: ObjectShape, source: ResultObject, context: WriterContext): string | null {
  const { fields, cost, argumentsCost } = shape
  context.cost += cost
  if (argumentsCost) context.cost += argumentsCost(context.variables)
  let text = ''
  for (let index = 0; index < fields.length; index++) {
    const { prefix, leaf, write } = fields[index] as FieldWriter
    const leafJson = leaf && writeLeaf(leaf, source)
    const value = leafJson ?? write(source, context)
    if (value === null) return null
    text += prefix + value
  }
  return text === '' ? '{}' : `${text}}`
}

function compileLeafField({ name, type, responseName }: CollectedField): FieldWriter['leaf'] {
  const leaf = type && getNullableType(type)
  if (!isLeafType(leaf) || name === '__typename') return null
  return { read: propertyReader(responseName), write: compileLeaf(leaf) }
}

/** Writes a leaf; null when it is missing or invalid. */
function writeLeaf({ read, write }: NonNullable<FieldWriter['leaf']>, source: ResultObject): string | null {
  const value = read(source)
  return value === null || value === undefined ? null : write(value)
}

function compileField(options: WriterOptions, field: CollectedField): WriteField {
  if (field.name === '__typename') return typenameWriter(options, field)
  if (field.type === null) {
    const introspect = compileIntrospection(options.schema, options.parts, field.nodes)
    return (_source, context) => introspect(context.variables)
  }
  const key = options.parts.clientName(field.responseName)
  const read = propertyReader(field.responseName)
  const write = compileValue(options, field.type, field.selectionSets)
  const at = { key, location: `field ${field.parent.name}.${key}` }
  const missing = isNonNullType(field.type) ? null : nullJson
  return (source, context) => {
    const invalidBefore = context.invalidValues.length
    const value = read(source)
    const text =
      value === undefined && reportIfMissing(context, source, field.responseName)
        ? missing
        : write(value ?? null, context)
    if (context.invalidValues.length > invalidBefore) locateInvalidValues(context, invalidBefore, at)
    return text
  }
}

/** Compiles a value of a nullable or non-null type. Null in a non-null type makes the parent null. */
function compileValue(
  options: WriterOptions,
  type: GraphQLOutputType,
  selectionSets: readonly TypedSelectionSet[],
): WriteValue {
  const write = compileNonNull(options, isNonNullType(type) ? type.ofType : type, selectionSets)
  if (!isNonNullType(type)) {
    return (value, context) => (value === null ? nullJson : write(value, context) || nullJson)
  }
  return (value, context) => {
    if (value !== null) return write(value, context) || null
    reportInvalid(context, 'Cannot return null for non-nullable')
    return null
  }
}

function compileNonNull(
  options: WriterOptions,
  type: GraphQLOutputType,
  selectionSets: readonly TypedSelectionSet[],
): WriteNonNull {
  if (isListType(type)) return listWriter(options, type.ofType, selectionSets)
  if (isCompositeType(type)) return objectWriter(options, type, selectionSets)
  const write = compileLeaf(type as GraphQLScalarType | GraphQLEnumType)
  return (value, context) => {
    const text = write(value)
    if (text !== null) return text
    reportInvalid(context, 'Invalid value found for')
    return invalid
  }
}

function listWriter(
  options: WriterOptions,
  type: GraphQLOutputType,
  selectionSets: readonly TypedSelectionSet[],
): WriteNonNull {
  const write = compileValue(options, type, selectionSets)
  const location = `array element of type ${getNullableType(type)} at index`
  const itemCost = options.responseCost?.ofItem(type, options.fieldCost) ?? 0
  return writeOnce((value, context) => {
    if (Array.isArray(value)) return writeItems({ write, location, itemCost }, value, context)
    reportInvalid(context, 'Invalid non-list value found for')
    return invalid
  })
}

/** Continues after an invalid item, so that all invalid items are reported. */
function writeItems(
  { write, location, itemCost }: ItemWriter,
  items: readonly unknown[],
  context: WriterContext,
): string {
  context.cost += itemCost * items.length
  let text = '['
  let isValid = true
  for (let index = 0; index < items.length; index++) {
    const invalidBefore = context.invalidValues.length
    const item = write(items[index] ?? null, context)
    if (context.invalidValues.length > invalidBefore)
      locateInvalidValues(context, invalidBefore, { key: index, location: `${location} ${index}` })
    if (item === null) isValid = false
    text += index === 0 ? item : `,${item}`
  }
  return isValid ? `${text}]` : invalid
}

interface ItemWriter {
  write: WriteValue
  location: string
  /** The cost of each leaf item. */
  itemCost: number
}

function objectWriter(
  options: WriterOptions,
  type: GraphQLCompositeType,
  selectionSets: readonly TypedSelectionSet[],
): WriteNonNull {
  const shapes = new Map<unknown, ObjectShape>()
  const shapeFor = (typename: unknown): ObjectShape | null => {
    const isStated = typename !== undefined && typename !== null
    if (isStated && typeof typename !== 'string') return null
    const named = typename ? options.schema.getType(typename) : type
    if (!isCompositeType(named)) return null
    const runtimeType = { typename: typename ? named.name : null, type: named }
    const isPartial = mayHaveMoreFields(options, selectionSets, runtimeType)
    const shape = {
      ...compileObjectShape(options, named, collectFields(options, selectionSets, runtimeType)),
      isPartial,
    }
    shapes.set(typename, shape)
    return shape
  }
  return writeOnce((value, context) => {
    if (!isObject(value)) {
      reportInvalid(context, 'Invalid non-object value found for')
      return invalid
    }
    const typename = value['__typename']
    const shape = shapes.get(typename) ?? shapeFor(typename)
    if (shape?.isPartial && reportIfMissing(context, value, '__typename')) return invalid
    if (shape) return writeFields(shape, value, context) ?? invalid
    if (typename === undefined && reportIfMissing(context, value, '__typename')) return invalid
    reportInvalid(context, 'Invalid __typename found for object at')
    return invalid
  })
}

/** Writes a shared value once, unless it has errors: they are reported at each of its paths. */
function writeOnce(write: WriteNonNull): WriteNonNull {
  return (value, context) => {
    if (context.shared.size === 0) return write(value, context)
    const cached = context.shared.get(value as object)
    if (cached === undefined) return write(value, context)
    if (cached?.writer === write) {
      context.cost += cached.cost
      return cached.text
    }
    const invalidBefore = context.invalidValues.length
    const costBefore = context.cost
    const text = write(value, context)
    if (context.invalidValues.length === invalidBefore && text !== invalid)
      context.shared.set(value as object, { writer: write, text, cost: context.cost - costBefore })
    return text
  }
}

/**
 * Writes `__typename`: from the field itself, else from the object's `__typename`, else from the schema. Names that are not object types
 * are skipped: subgraphs may rename root types, and an `@interfaceObject` does not know its object type.
 */
function typenameWriter({ schema }: WriterOptions, { responseName, parent }: CollectedField): WriteField {
  const read = propertyReader(responseName)
  const objectName = (stated: unknown): string | null =>
    typeof stated === 'string' && isObjectType(schema.getType(stated)) ? stated : null
  return (source) => {
    const name = objectName(read(source)) ?? objectName(source['__typename']) ?? objectName(parent.name)
    return name === null ? null : `"${name}"`
  }
}
