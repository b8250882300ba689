import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  print,
  type SelectionNode,
  type SelectionSetNode,
  stripIgnoredCharacters,
  visit,
} from 'graphql'

type Fragments = ReadonlyMap<string, FragmentDefinitionNode>

/** A field that a fetch of entities asks of the entities themselves. */
interface EntityField {
  /** The type that it is asked of, as the subgraph knows it. */
  type: string
  name: string
}

/** What `withEntityFields` knows a field by. */
export function fieldKey(type: string, name: string): string {
  return `${type}.${name}`
}

/** The fields that a fetch of entities asks of the entities themselves. */
export function entityFieldsOf(document: DocumentNode): EntityField[] {
  const { entities, fragments } = partsOf(document)
  const fields = new Map<string, EntityField>()
  const walk = ({ selections }: SelectionSetNode, type: string): void => {
    for (const selection of selections) {
      if (selection.kind === Kind.FIELD) {
        const name = selection.name.value
        fields.set(fieldKey(type, name), { type, name })
        continue
      }
      const condition = conditionOf(selection, fragments)?.typeCondition.name.value
      walk(partOf(selection, fragments), condition ?? type)
    }
  }
  if (entities.selectionSet) walk(entities.selectionSet, '')
  return [...fields.values()]
}

/** The same fetch with these of the entities' own fields only, and the variables that it is left with. */
export function withEntityFields(document: DocumentNode, fields: ReadonlySet<string>) {
  const { operation, entities, fragments } = partsOf(document)
  const selectionSet = entities.selectionSet && reduced({ fields, fragments }, entities.selectionSet, '')
  const selections: SelectionNode[] = [{ ...entities, ...(selectionSet && { selectionSet }) }]
  const definitions = usedFrom({ ...operation, selectionSet: { kind: Kind.SELECTION_SET, selections } }, fragments)
  const variables = variablesIn(definitions)
  const printed = visit({ kind: Kind.DOCUMENT, definitions } satisfies DocumentNode, {
    VariableDefinition: ({ variable }) => (variables.has(variable.name.value) ? undefined : null),
  })
  return {
    operation: stripIgnoredCharacters(print(printed)),
    variableUsages: [...variables].filter((name) => name !== 'representations'),
  }
}

function partsOf(document: DocumentNode) {
  const fragments = new Map<string, FragmentDefinitionNode>()
  let operation: OperationDefinitionNode | undefined
  for (const node of document.definitions) {
    if (node.kind === Kind.FRAGMENT_DEFINITION) fragments.set(node.name.value, node)
    if (node.kind === Kind.OPERATION_DEFINITION) operation = node
  }
  const entities = operation?.selectionSet.selections[0]
  if (!operation || entities?.kind !== Kind.FIELD) throw new Error('a fetch of entities asks for no entities')
  return { operation, entities, fragments }
}

const nothing: SelectionSetNode = { kind: Kind.SELECTION_SET, selections: [] }

function partOf(selection: Exclude<SelectionNode, FieldNode>, fragments: Fragments): SelectionSetNode {
  if (selection.kind === Kind.INLINE_FRAGMENT) return selection.selectionSet
  return fragments.get(selection.name.value)?.selectionSet ?? nothing
}

interface Reducing {
  fields: ReadonlySet<string>
  fragments: Fragments
}

/** Fragments that held fields of the entities are written out where they stood. */
function reduced(reducing: Reducing, set: SelectionSetNode, type: string): SelectionSetNode {
  const selections = set.selections.flatMap((selection): SelectionNode[] => {
    if (selection.kind === Kind.FIELD) return isKept(reducing, type, selection.name.value) ? [selection] : []
    const condition = conditionOf(selection, reducing.fragments)
    const part = partOf(selection, reducing.fragments)
    const selectionSet = reduced(reducing, part, condition?.typeCondition.name.value ?? type)
    if (selectionSet.selections.length === 0) return []
    const { directives = [] } = selection
    return [{ kind: Kind.INLINE_FRAGMENT, directives, selectionSet, ...condition }]
  })
  return { kind: Kind.SELECTION_SET, selections }
}

/** Each part says what its objects are, when the whole does. */
function isKept({ fields }: Reducing, type: string, name: string): boolean {
  return name === '__typename' || fields.has(fieldKey(type, name))
}

function conditionOf(selection: Exclude<SelectionNode, FieldNode>, fragments: Fragments) {
  const part = selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value)
  return part?.typeCondition && { typeCondition: part.typeCondition }
}

function usedFrom(operation: OperationDefinitionNode, fragments: Fragments) {
  const used = new Set<FragmentDefinitionNode>()
  const collect = (node: OperationDefinitionNode | FragmentDefinitionNode): void => {
    visit(node, {
      FragmentSpread: ({ name }) => {
        const fragment = fragments.get(name.value)
        if (!fragment || used.has(fragment)) return
        used.add(fragment)
        collect(fragment)
      },
    })
  }
  collect(operation)
  return [operation, ...used]
}

function variablesIn(definitions: DocumentNode['definitions']): Set<string> {
  const names = new Set<string>()
  for (const definition of definitions)
    visit(definition, { VariableDefinition: () => false, Variable: ({ name }) => void names.add(name.value) })
  return names
}
