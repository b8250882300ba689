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

/** The most that an input takes. */
interface Constraint {
  /** Characters of a text, or of each text in a list; of a JSON value, those of its text. */
  maxLength?: number
  /** Items of a list. */
  maxItems?: number
}

/** Inputs that are the same wherever they occur. */
const usual: Readonly<Record<string, Constraint>> = {
  after: { maxLength: 2_000 },
  before: { maxLength: 2_000 },
  idempotencyKey: { maxLength: 200 },
}

/** Types of which each value of an input says how long it may be. Other scalars say it themselves. */
const texts: ReadonlySet<string> = new Set(['String', 'JSON'])

/** The document with what holds for all inputs of a name said at each of them. */
export function withUsualConstraints(document: DocumentNode): DocumentNode {
  return mapInputs(document, (node) => {
    const constraint = usual[node.name.value]
    if (!constraint || constraintDirective(node)) return node
    return { ...node, directives: [...(node.directives ?? []), directiveOf(constraint)] }
  })
}

/** Arguments and fields of inputs that do not say their maximum: `CreateEventInput.title`, `Query.events(after:)`. */
export function unconstrainedInputs(document: DocumentNode): string[] {
  const enums = enumsIn(document)
  return inputsIn(document).flatMap(([coordinate, node]) => {
    const { maxItems, maxLength } = constraintOf(node)
    const type = namedTypeOf(node.type).name.value
    const lacksItems = isList(node.type) && maxItems === undefined && !enums.has(type)
    const lacksLength = texts.has(type) && maxLength === undefined
    return lacksItems || lacksLength ? [coordinate] : []
  })
}

/** The document with what inputs take at most in their descriptions, for those who see no directives. */
export function withConstraintsDescribed(document: DocumentNode): DocumentNode {
  const enums = enumsIn(document)
  return mapInputs(document, (node) => described(node, enums))
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

/** A number as it is read: 10,000. */
function readable(count: number): string {
  return count.toLocaleString('en')
}

function described(node: InputValueDefinitionNode, enums: ReadonlyMap<string, number>): InputValueDefinitionNode {
  const { maxItems = enums.get(namedTypeOf(node.type).name.value), maxLength } = constraintOf(node)
  const text = node.description?.value.trim() ?? ''
  const isSaid = (count: number): boolean => text.includes(readable(count)) || new RegExp(`\\b${count}\\b`).test(text)
  const facts = [
    ...(isList(node.type) && maxItems !== undefined && !isSaid(maxItems) ? [`${readable(maxItems)} items`] : []),
    ...(maxLength !== undefined && !isSaid(maxLength)
      ? [`${readable(maxLength)} characters${isList(node.type) ? ' each' : ''}`]
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

/** How many values each enum has: a list of them needs no more. */
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
