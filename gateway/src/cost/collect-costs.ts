import {
  type ConstDirectiveNode,
  type DefinitionNode,
  type DocumentNode,
  type FieldDefinitionNode,
  Kind,
  type TypeNode,
  valueFromASTUntyped,
} from 'graphql'

/** The length of a list by `@listSize`. */
export interface ListSize {
  assumedSize?: number
  slicingArguments?: readonly string[]
  sizedFields?: readonly string[]
}

/** The cost rules of a schema, by coordinate: `Type`, `Type.field`, `Type.field(argument:)`. */
export interface CostRules {
  weights: ReadonlyMap<string, number>
  lists: ReadonlyMap<string, ListSize>
  /** The maximum length of input lists. Services reject longer ones, so further items are not charged. */
  maxItems: ReadonlyMap<string, number>
  /** Whether arguments or input fields have weights. */
  weighsInputs: boolean
  /** Input types with weights, directly or nested. */
  weighedInputs: ReadonlySet<string>
}

/** Collects `@cost` and `@listSize`. `names` are the names of these directives in the document. */
export function collectCosts(document: DocumentNode, names: { cost: string; listSize: string }): CostRules {
  const weights = new Map<string, number>()
  const lists = new Map<string, ListSize>()
  const maxItems = new Map<string, number>()
  for (const [coordinate, directives] of document.definitions.flatMap(elementsOf)) {
    const weight = argumentsOf(directives, names.cost)?.weight
    if (weight !== undefined) weights.set(coordinate, Number(weight))
    const size = argumentsOf(directives, names.listSize)
    if (size) lists.set(coordinate, size)
    const most = argumentsOf(directives, 'constraint')?.maxItems
    if (most !== undefined) maxItems.set(coordinate, Number(most))
  }
  const inputs = new Set(
    document.definitions.flatMap((node) => (node.kind === Kind.INPUT_OBJECT_TYPE_DEFINITION ? [node.name.value] : [])),
  )
  const weighsInputs = [...weights.keys()].some((at) => at.includes('(') || inputs.has(at.split('.')[0] ?? ''))
  return { weights, lists, maxItems, weighsInputs, weighedInputs: weighedInputsIn(document, weights) }
}

function weighedInputsIn(document: DocumentNode, weights: ReadonlyMap<string, number>): Set<string> {
  const inputs = document.definitions.filter((node) => node.kind === Kind.INPUT_OBJECT_TYPE_DEFINITION)
  const weighed = new Set<string>()
  for (let before = -1; before < weighed.size; ) {
    before = weighed.size
    for (const { name, fields = [] } of inputs) {
      const isWeighed = fields.some(
        (field) => weights.has(`${name.value}.${field.name.value}`) || weighed.has(namedTypeOf(field.type)),
      )
      if (isWeighed) weighed.add(name.value)
    }
  }
  return weighed
}

function namedTypeOf(type: TypeNode): string {
  return type.kind === Kind.NAMED_TYPE ? type.name.value : namedTypeOf(type.type)
}

type Element = [coordinate: string, directives: readonly ConstDirectiveNode[]]

/** A type, its fields and their arguments. */
function elementsOf(node: DefinitionNode): Element[] {
  if (!('name' in node) || !node.name || !('directives' in node)) return []
  const type = node.name.value
  const fields = 'fields' in node ? ((node.fields ?? []) as FieldDefinitionNode[]) : []
  return [
    [type, (node.directives ?? []) as ConstDirectiveNode[]],
    ...fields.flatMap((field): Element[] => {
      const coordinate = `${type}.${field.name.value}`
      const inputs = field.arguments ?? []
      return [
        [coordinate, field.directives ?? []],
        ...inputs.map(({ name, directives = [] }): Element => [`${coordinate}(${name.value}:)`, directives]),
      ]
    }),
  ]
}

/** The names of `@cost` and `@listSize` by the supergraph's `@link`. */
export function costNames(document: DocumentNode): { cost: string; listSize: string } {
  const links = document.definitions
    .filter((node) => node.kind === Kind.SCHEMA_DEFINITION || node.kind === Kind.SCHEMA_EXTENSION)
    .flatMap((node) => argumentsOf(node.directives, 'link') && (node.directives ?? []))
    .map((directive) => (directive ? (values(directive) as Link) : {}))
  const link = links.find(({ url }) => url?.startsWith('https://specs.apollo.dev/cost/'))
  const prefix = link?.as ?? 'cost'
  const imported = (name: string): string | undefined => {
    const item = link?.import?.find((entry) => (typeof entry === 'string' ? entry : entry.name) === `@${name}`)
    return (typeof item === 'string' ? item : (item?.as ?? item?.name))?.slice(1)
  }
  return { cost: imported('cost') ?? prefix, listSize: imported('listSize') ?? `${prefix}__listSize` }
}

interface Link {
  url?: string
  as?: string
  import?: (string | { name: string; as?: string })[]
}

function argumentsOf(
  directives: readonly ConstDirectiveNode[] | undefined,
  name: string,
): Record<string, never> | undefined {
  const directive = directives?.find((candidate) => candidate.name.value === name)
  return directive && values(directive)
}

function values(directive: ConstDirectiveNode): Record<string, never> {
  return Object.fromEntries(
    (directive.arguments ?? []).map(({ name, value }) => [name.value, valueFromASTUntyped(value)]),
  ) as Record<string, never>
}
