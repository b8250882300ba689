import {
  type ASTNode,
  type DocumentNode,
  Kind,
  type OperationDefinitionNode,
  parse,
  print,
  type SelectionNode,
  visit,
} from 'graphql'
import { fragmentsOf } from '../../src/plan/document-fields.ts'

/** Smaller or simpler operations, the smallest first. They may not be valid. */
export function* smallerOperations(text: string): Generator<string> {
  const document = withoutSpreads(parse(text, { noLocation: true }))
  const nodes: ASTNode[] = []
  visit(document, { enter: (node) => void nodes.push(node) })
  for (const node of nodes) {
    if (node.kind === Kind.FIELD || node.kind === Kind.INLINE_FRAGMENT || node.kind === Kind.DIRECTIVE)
      yield textOf(replaced(document, node, null))
    if (node.kind === Kind.INLINE_FRAGMENT) yield textOf(unwrapped(document, node))
    if (node.kind === Kind.FIELD && (node.alias || node.arguments?.length))
      yield textOf(replaced(document, node, { ...node, alias: undefined, arguments: [] }))
  }
}

/** The document with all fragments inlined. */
function withoutSpreads(document: DocumentNode): DocumentNode {
  const fragments = fragmentsOf(document)
  const definitions = document.definitions.filter(({ kind }) => kind === Kind.OPERATION_DEFINITION)
  return visit(
    { ...document, definitions },
    {
      FragmentSpread: ({ name, directives = [] }) => {
        const fragment = fragments.get(name.value)
        return fragment && { ...fragment, kind: Kind.INLINE_FRAGMENT, directives }
      },
    },
  )
}

function replaced(document: DocumentNode, node: ASTNode, by: ASTNode | null): DocumentNode {
  return visit(document, { enter: (one) => (one === node ? by : undefined) })
}

function unwrapped(document: DocumentNode, fragment: SelectionNode): DocumentNode {
  return visit(document, {
    SelectionSet: (set) => {
      const selections = set.selections.flatMap((one) =>
        one === fragment && one.kind === Kind.INLINE_FRAGMENT ? one.selectionSet.selections : [one],
      )
      return selections.length === set.selections.length && set.selections.every((one, at) => one === selections[at])
        ? undefined
        : { ...set, selections }
    },
  })
}

/** Prints the document without unused variable definitions. */
function textOf(document: DocumentNode): string {
  const used = new Set<string>()
  visit(document, { VariableDefinition: () => false, Variable: ({ name }) => void used.add(name.value) })
  const [operation] = document.definitions as [OperationDefinitionNode]
  const variableDefinitions = operation.variableDefinitions?.filter(({ variable }) => used.has(variable.name.value))
  return print({ ...document, definitions: [{ ...operation, ...(variableDefinitions && { variableDefinitions }) }] })
}
