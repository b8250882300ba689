import {
  type GraphQLEnumType,
  type GraphQLInputObjectType,
  type GraphQLInputType,
  type GraphQLScalarType,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isScalarType,
  Kind,
} from 'graphql'

/** A JSON Schema. */
export type JsonSchema = Record<string, unknown>

/** The schemas of `components`, by name; filled while types are written. */
export type Components = Map<string, JsonSchema>

type Leaf = GraphQLScalarType | GraphQLEnumType

const builtIn: Readonly<Record<string, JsonSchema>> = {
  ID: { type: 'string' },
  String: { type: 'string' },
  Int: { type: 'integer', format: 'int32' },
  Float: { type: 'number' },
  Boolean: { type: 'boolean' },
}

const scalars: Readonly<Record<string, JsonSchema>> = {
  CountryCode: { type: 'string', pattern: '^[A-Z]{2}$', examples: ['AT'] },
  CurrencyCode: { type: 'string', pattern: '^[A-Z]{3}$', examples: ['EUR'] },
  DateTime: { type: 'string', format: 'date-time', examples: ['2027-03-01T19:30:00.000Z'] },
  EmailAddress: { type: 'string', format: 'email', examples: ['ada@example.com'] },
  LocalDate: { type: 'string', format: 'date', examples: ['2027-03-01'] },
  Locale: { type: 'string', examples: ['de-AT'] },
  PhoneNumber: { type: 'string', pattern: '^\\+[1-9]\\d{1,14}$', examples: ['+436601234567'] },
  SafeInt: { type: 'integer', format: 'int64' },
  TimeZone: { type: 'string', examples: ['Europe/Vienna'] },
  URL: { type: 'string', format: 'uri', examples: ['https://example.com'] },
}

/** The schema of a scalar or an enum. Those of the graph are components. */
export function leafSchema(type: Leaf, components: Components): JsonSchema {
  const known = builtIn[type.name]
  if (known) return known
  if (!components.has(type.name)) {
    const description = type.description ?? undefined
    components.set(type.name, isEnumType(type) ? enumSchema(type) : { ...scalars[type.name], description })
  }
  return refTo(type.name)
}

/** A reference to a component. */
export function refTo(name: string): JsonSchema {
  return { $ref: `#/components/schemas/${name}` }
}

/** The same schema, or null. */
export function orNull(schema: JsonSchema): JsonSchema {
  if (typeof schema['type'] === 'string') return { ...schema, type: [schema['type'], 'null'] }
  return Object.keys(schema).some((key) => key === '$ref' || key === 'oneOf')
    ? { anyOf: [schema, { type: 'null' }] }
    : schema
}

/** The schema of an input type. Input objects are components. */
export function inputSchema(type: GraphQLInputType, components: Components): JsonSchema {
  const inner = getNullableType(type)
  const schema = nonNullInput(inner, components)
  return isNonNullType(type) ? schema : orNull(schema)
}

/** The schema of an input type that is not null. */
export function nonNullInput(type: GraphQLInputType, components: Components): JsonSchema {
  const inner = getNullableType(type)
  if (isListType(inner)) return { type: 'array', items: inputSchema(inner.ofType, components) }
  if (isScalarType(inner) || isEnumType(inner)) return leafSchema(inner, components)
  if (isInputObjectType(inner)) return inputObject(inner, components)
  throw new Error(`there is no schema for ${String(type)}`)
}

/** Limits that a schema's `@constraint` sets. */
export function constraintsOf(
  node: { directives?: readonly Directive[] | undefined } | null | undefined,
  schema: JsonSchema,
): JsonSchema {
  const constraint = node?.directives?.find(({ name }) => name.value === 'constraint')
  const limits = Object.fromEntries(
    (constraint?.arguments ?? []).flatMap(({ name, value }) =>
      value.kind === Kind.INT ? [[name.value, Number(value.value)]] : [],
    ),
  )
  const { maxItems, maxLength } = limits
  if (maxItems !== undefined && 'items' in schema) {
    const items = schema['items'] as JsonSchema
    return { ...schema, maxItems, items: maxLength === undefined ? items : withLength(items, maxLength) }
  }
  return maxLength === undefined ? schema : withLength(schema, maxLength)
}

interface Directive {
  name: { value: string }
  arguments?: readonly { name: { value: string }; value: { kind: string; value?: unknown } }[] | undefined
}

/** Serialized JSON has a maximum length too, which no schema can state. */
function withLength(schema: JsonSchema, maxLength: number): JsonSchema {
  const isText = [schema['type']].flat().includes('string')
  return isText ? { ...schema, maxLength } : schema
}

function inputObject(type: GraphQLInputObjectType, components: Components): JsonSchema {
  if (components.has(type.name)) return refTo(type.name)
  components.set(type.name, {})
  const fields = Object.values(type.getFields())
  const required = fields.filter((field) => isNonNullType(field.type) && field.defaultValue === undefined)
  components.set(type.name, {
    type: 'object',
    description: type.description ?? undefined,
    properties: Object.fromEntries(
      fields.map((field) => [
        field.name,
        described(constraintsOf(field.astNode, inputSchema(field.type, components)), {
          description: field.description,
          default: field.defaultValue,
        }),
      ]),
    ),
    ...(required.length > 0 && { required: required.map(({ name }) => name) }),
    additionalProperties: false,
  })
  return refTo(type.name)
}

/** Adds a description and a default, if there are any. */
export function described(
  schema: JsonSchema,
  { description, ...rest }: { description: string | null | undefined; default?: unknown },
): JsonSchema {
  const text = description?.trim()
  return { ...schema, ...(text && { description: text }), ...(rest.default !== undefined && { default: rest.default }) }
}

function enumSchema(type: GraphQLEnumType): JsonSchema {
  const values = type.getValues()
  const lines = values.flatMap(({ name, description }) => (description ? [`- \`${name}\`: ${description.trim()}`] : []))
  const description = [type.description?.trim(), lines.join('\n')].filter(Boolean).join('\n\n')
  return { type: 'string', ...(description && { description }), enum: values.map(({ name }) => name) }
}
