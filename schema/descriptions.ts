import {
  type DefinitionNode,
  type DocumentNode,
  type EnumTypeDefinitionNode,
  type EnumTypeExtensionNode,
  type FieldDefinitionNode,
  type InputValueDefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
  type SchemaDefinitionNode,
  type SchemaExtensionNode,
  type StringValueNode,
  type TypeNode,
} from 'graphql'
import { isRefusal, refusalCode } from './refusals.ts'

/** The description of the schema. */
const schemaDescription = `Tikitu sells tickets to events: find an event, hold seats, book, pay, get in.

Ask for \`events\` without signing in. \`signIn\` gives the token to send as \`Authorization: Bearer …\`; what belongs to the caller is
under \`me\`. A mutation returns its success or a type that implements \`Refusal\`: ask for \`__typename\` and for
\`... on Refusal { code message }\`, which also holds for refusals that are added later. Errors, with a stable \`extensions.code\`, are for what concerns the whole
request: no sign-in, a malformed request, a service that is down.`

const rootDescriptions: Readonly<Record<string, string>> = {
  Query:
    'What can be read. Fields may be null: a service that is down costs its own fields only, with an error for each.',
  Mutation:
    'What can be changed. The mutations of a request run one after the other. One that is sent again with the same `input.idempotencyKey` gives the first answer again.',
  Subscription:
    'What can be followed live, by server-sent events or a WebSocket: the state as it is first, then each change.',
}

const argumentDescriptions: Readonly<Record<string, string>> = {
  first: 'Page size when reading forwards, 1 to 100; 20 by default.',
  after: 'The `endCursor` of the previous page.',
  last: 'Page size when reading backwards from the end or from `before`, 1 to 100. Not with `first` or `after`.',
  before: 'The `startCursor` of the page that follows.',
}

/** The sentence that composition adds for `@constraint`: not a description of its own. */
const onlyMaximum = /^At most [\d,]+ (items|characters)( each)?(, [\d,]+ characters( each)?)?\.$/

type Definitions = ReadonlyMap<string, DefinitionNode>

/**
 * The document with inherited descriptions for what has none: a field takes that of its interface, an argument that of its input type
 * or enum, an `id` argument that of the returned type's `id`.
 */
export function withInheritedDescriptions(document: DocumentNode): DocumentNode {
  const types: Definitions = new Map(
    document.definitions.flatMap((node) => ('name' in node && node.name ? [[node.name.value, node]] : [])),
  )
  const definitions = document.definitions.map((node) => {
    if (node.kind === Kind.SCHEMA_EXTENSION) return describedSchema(node, types)
    if ('values' in node && node.name.value === 'RefusalCode') return describedCodes(node, document)
    return node.kind === Kind.OBJECT_TYPE_DEFINITION ? describedType(node, types) : node
  })
  return { ...document, definitions }
}

/** Everything without a description: `schema`, `Hold`, `Hold.status`, `Query.hold(id:)`, `HoldStatus.ACTIVE`. */
export function undescribed(document: DocumentNode): string[] {
  return document.definitions.flatMap((node) => {
    const name = 'name' in node && node.name ? node.name.value : 'schema'
    const members = 'fields' in node ? (node.fields ?? []) : 'values' in node ? (node.values ?? []) : []
    const inside = members.flatMap((member) => {
      const at = `${name}.${member.name.value}`
      const given = 'arguments' in member ? (member.arguments ?? []) : []
      return [
        ...undescribedAt(member, at),
        ...given.flatMap((argument) => undescribedAt(argument, `${at}(${argument.name.value}:)`)),
      ]
    })
    return [...undescribedAt(node, name), ...inside]
  })
}

function undescribedAt(node: { description?: StringValueNode | undefined } | object, at: string): string[] {
  const said = 'description' in node ? (node.description?.value ?? '') : ''
  return said === '' || onlyMaximum.test(said) ? [at] : []
}

/** `extend schema` as a definition, which can have a description and must name the root types. */
function describedSchema({ directives }: SchemaExtensionNode, types: Definitions): SchemaDefinitionNode {
  const operations = (['query', 'mutation', 'subscription'] as const).map((operation) => {
    const name = { kind: Kind.NAME as const, value: `${operation[0]?.toUpperCase()}${operation.slice(1)}` }
    return { kind: Kind.OPERATION_TYPE_DEFINITION as const, operation, type: { kind: Kind.NAMED_TYPE as const, name } }
  })
  const operationTypes = operations.filter(({ type }) => types.has(type.name.value))
  return {
    kind: Kind.SCHEMA_DEFINITION,
    description: text(schemaDescription),
    directives,
    operationTypes,
  } as SchemaDefinitionNode
}

function describedType(node: ObjectTypeDefinitionNode, types: Definitions): ObjectTypeDefinitionNode {
  const interfaces = (node.interfaces ?? []).flatMap(({ name }) => fieldsOf(types.get(name.value)))
  const fields = node.fields?.map((field) => {
    const description = field.description ?? interfaces.find(({ name }) => name.value === field.name.value)?.description
    const given = field.arguments?.map((argument) => describedArgument(argument, field, types))
    return { ...field, description, arguments: given }
  })
  return { ...node, description: node.description ?? text(rootDescriptions[node.name.value]), fields }
}

/** The code of a refusal has the description of the refusal. */
function describedCodes<N extends EnumTypeDefinitionNode | EnumTypeExtensionNode>(
  node: N,
  { definitions }: DocumentNode,
): N {
  const refusals = definitions.filter(isRefusal)
  const values = node.values?.map((value) => {
    const refusal = refusals.find(({ name }) => refusalCode(name.value) === value.name.value)
    return { ...value, description: value.description ?? refusal?.description }
  })
  return { ...node, values }
}

function describedArgument(node: InputValueDefinitionNode, field: FieldDefinitionNode, types: Definitions) {
  const id = node.name.value === 'id' ? fieldsOf(types.get(typeName(field.type))) : []
  const description =
    node.description ??
    text(argumentDescriptions[node.name.value]) ??
    id.find(({ name }) => name.value === 'id')?.description ??
    descriptionOf(types.get(typeName(node.type)))
  return { ...node, description }
}

function descriptionOf(node: DefinitionNode | undefined): StringValueNode | undefined {
  const isOwn = node?.kind === Kind.INPUT_OBJECT_TYPE_DEFINITION || node?.kind === Kind.ENUM_TYPE_DEFINITION
  return isOwn ? node.description : undefined
}

function fieldsOf(node: DefinitionNode | undefined): readonly FieldDefinitionNode[] {
  const hasFields = node?.kind === Kind.OBJECT_TYPE_DEFINITION || node?.kind === Kind.INTERFACE_TYPE_DEFINITION
  return hasFields ? (node.fields ?? []) : []
}

function text(value: string | undefined): StringValueNode | undefined {
  return value === undefined ? undefined : { kind: Kind.STRING, value, block: value.includes('\n') }
}

function typeName(type: TypeNode): string {
  return type.kind === Kind.NAMED_TYPE ? type.name.value : typeName(type.type)
}
