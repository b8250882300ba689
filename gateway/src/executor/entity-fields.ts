import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  print,
  type SelectionNode,
  type SelectionSetNode,
  visit,
} from 'graphql'

type Fragments = ReadonlyMap<string, FragmentDefinitionNode>

/** The fields that a fetch of entities asks of the entities themselves, and whether variables may skip them. */
export function entityFieldsOf(document: DocumentNode): ReadonlyMap<string, boolean> {
  const { entities, fragments } = partsOf(document)
  const fields = new Map<string, boolean>()
  const walk = ({ selections }: SelectionSetNode, isAboveConditional: boolean): void => {
    for (const selection of selections) {
      const isConditional = isAboveConditional || (selection.directives ?? []).length > 0
      if (selection.kind !== Kind.FIELD) walk(partOf(selection, fragments), isConditional)
      else fields.set(selection.name.value, isConditional && fields.get(selection.name.value) !== false)
    }
  }
  if (entities.selectionSet) walk(entities.selectionSet, false)
  return fields
}

/** The same fetch with these of the entities' own fields only, and the variables that it is left with. */
export function withEntityFields(document: DocumentNode, fields: ReadonlySet<string>) {
  const { operation, entities, fragments } = partsOf(document)
  const selectionSet = entities.selectionSet && reduced(entities.selectionSet, fields, fragments)
  const selections: SelectionNode[] = [{ ...entities, ...(selectionSet && { selectionSet }) }]
  const definitions = usedFrom({ ...operation, selectionSet: { kind: Kind.SELECTION_SET, selections } }, fragments)
  const variables = variablesIn(definitions)
  const printed = visit({ kind: Kind.DOCUMENT, definitions } satisfies DocumentNode, {
    VariableDefinition: ({ variable }) => (variables.has(variable.name.value) ? undefined : null),
  })
  return { operation: print(printed), variableUsages: [...variables].filter((name) => name !== 'representations') }
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

/** Fragments that held fields of the entities are written out where they stood. */
function reduced(set: SelectionSetNode, fields: ReadonlySet<string>, fragments: Fragments): SelectionSetNode {
  const selections = set.selections.flatMap((selection): SelectionNode[] => {
    if (selection.kind === Kind.FIELD) return fields.has(selection.name.value) ? [selection] : []
    const selectionSet = reduced(partOf(selection, fragments), fields, fragments)
    if (selectionSet.selections.length === 0) return []
    const { directives = [] } = selection
    return [{ kind: Kind.INLINE_FRAGMENT, directives, selectionSet, ...conditionOf(selection, fragments) }]
  })
  return { kind: Kind.SELECTION_SET, selections }
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
