import {
  type ConstDirectiveNode,
  type DocumentNode,
  type InputValueDefinitionNode,
  Kind,
  type NamedTypeNode,
  type TypeNode,
  valueFromASTUntyped,
  visit,
} from 'graphql'

/** The maximum size of an input. */
interface Constraint {
  /** Characters of a text, of each text in a list, or of a JSON value as text. */
  maxLength?: number
  /** Items of a list. */
  maxItems?: number
}

/** Constraints of inputs that mean the same everywhere, by name. */
const commonConstraints: Readonly<Record<string, Constraint>> = {
  after: { maxLength: 2_000 },
  before: { maxLength: 2_000 },
  idempotencyKey: { maxLength: 200 },
}

/** Types whose inputs need a `maxLength`; other scalars limit their length themselves. */
const textTypes: ReadonlySet<string> = new Set(['String', 'JSON'])

/** The document with the common constraints added to inputs that have none of their own. */
export function withCommonConstraints(document: DocumentNode): DocumentNode {
  return mapInputs(document, (node) => {
    const constraint = commonConstraints[node.name.value]
    if (!constraint || constraintDirective(node)) return node
    return { ...node, directives: [...(node.directives ?? []), directiveOf(constraint)] }
  })
}

/** Arguments and input fields without a maximum: `CreateEventInput.title`, `Query.events(after:)`. */
export function unconstrainedInputs(document: DocumentNode): string[] {
  const enums = enumsIn(document)
  return inputsIn(document).flatMap(([coordinate, node]) => {
    const { maxItems, maxLength } = constraintOf(node)
    const type = namedTypeOf(node.type).name.value
    const lacksItems = isList(node.type) && maxItems === undefined && !enums.has(type)
    const lacksLength = textTypes.has(type) && maxLength === undefined
    return lacksItems || lacksLength ? [coordinate] : []
  })
}

/** The document with the maximum of each input in its description: introspection shows no directives. */
export function withConstraintsDescribed(document: DocumentNode): DocumentNode {
  const enums = enumsIn(document)
  return mapInputs(document, (node) => describeConstraint(node, enums))
}

function mapInputs(
  document: DocumentNode,
  map: (node: InputValueDefinitionNode) => InputValueDefinitionNode,
): DocumentNode {
  return visit(document, {
    InputValueDefinition: map,
    DirectiveDefinition: () => false,
  })
}

function constraintDirective({ directives = [] }: InputValueDefinitionNode): ConstDirectiveNode | undefined {
  return directives.find(({ name }) => name.value === 'constraint')
}

function constraintOf(node: InputValueDefinitionNode): Constraint {
  const given = constraintDirective(node)?.arguments ?? []
  return Object.fromEntries(given.map(({ name, value }) => [name.value, valueFromASTUntyped(value)]))
}

function directiveOf(constraint: Constraint): ConstDirectiveNode {
  return {
    kind: Kind.DIRECTIVE,
    name: { kind: Kind.NAME, value: 'constraint' },
    arguments: Object.entries(constraint).map(([name, value]) => ({
      kind: Kind.ARGUMENT,
      name: { kind: Kind.NAME, value: name },
      value: { kind: Kind.INT, value: String(value) },
    })),
  }
}

/** With thousands separators: 10,000. */
function formatCount(count: number): string {
  return count.toLocaleString('en')
}

function describeConstraint(
  node: InputValueDefinitionNode,
  enums: ReadonlyMap<string, number>,
): InputValueDefinitionNode {
  const { maxItems = enums.get(namedTypeOf(node.type).name.value), maxLength } = constraintOf(node)
  const text = node.description?.value.trim() ?? ''
  const isStated = (count: number): boolean =>
    text.includes(formatCount(count)) || new RegExp(`\\b${count}\\b`).test(text)
  const facts = [
    ...(isList(node.type) && maxItems !== undefined && !isStated(maxItems) ? [`${formatCount(maxItems)} items`] : []),
    ...(maxLength !== undefined && !isStated(maxLength)
      ? [`${formatCount(maxLength)} characters${isList(node.type) ? ' each' : ''}`]
      : []),
  ]
  if (facts.length === 0) return node
  const value = `${text}${text && !/[.!?:]$/.test(text) ? '.' : ''} At most ${facts.join(', ')}.`.trim()
  return { ...node, description: { kind: Kind.STRING, value, block: value.includes('\n') } }
}

function inputsIn(document: DocumentNode): [coordinate: string, node: InputValueDefinitionNode][] {
  return document.definitions.flatMap((node): [string, InputValueDefinitionNode][] => {
    if (node.kind === Kind.INPUT_OBJECT_TYPE_DEFINITION)
      return (node.fields ?? []).map((field) => [`${node.name.value}.${field.name.value}`, field])
    if (node.kind !== Kind.OBJECT_TYPE_DEFINITION && node.kind !== Kind.OBJECT_TYPE_EXTENSION) return []
    return (node.fields ?? []).flatMap((field) =>
      (field.arguments ?? []).map((argument): [string, InputValueDefinitionNode] => [
        `${node.name.value}.${field.name.value}(${argument.name.value}:)`,
        argument,
      ]),
    )
  })
}

/** The number of values of each enum: the implicit maximum of a list of them. */
function enumsIn(document: DocumentNode): ReadonlyMap<string, number> {
  return new Map(
    document.definitions.flatMap((node) =>
      node.kind === Kind.ENUM_TYPE_DEFINITION ? [[node.name.value, node.values?.length ?? 0]] : [],
    ),
  )
}

function namedTypeOf(type: TypeNode): NamedTypeNode {
  return type.kind === Kind.NAMED_TYPE ? type : namedTypeOf(type.type)
}

function isList(type: TypeNode): boolean {
  return type.kind === Kind.LIST_TYPE || (type.kind === Kind.NON_NULL_TYPE && isList(type.type))
}
