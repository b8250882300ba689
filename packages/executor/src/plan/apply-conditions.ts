import { type DirectiveNode, type DocumentNode, type FieldNode, Kind, type SelectionNode, visit } from 'graphql'
import type { Choices } from '../compile/conditions.ts'

const typename: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } }

/**
 * The document without `@skip` and `@include` of which these choices, or literals, say what they come to, and without what those
 * skip. An empty selection asks for `__typename`: whether its object is there, only a subgraph can tell.
 */
export function applyConditions(
  document: DocumentNode,
  choices: Choices,
  clientName: (variable: string) => string,
): DocumentNode {
  const choiceOf = (variable: string): boolean | undefined => choices.get(clientName(variable))
  const apply = <T extends SelectionNode>(selection: T): T | null | undefined => {
    const { directives = [] } = selection
    const undecided: DirectiveNode[] = []
    for (const directive of directives) {
      const isKept = decide(directive, choiceOf)
      if (isKept === false) return null
      if (isKept === null) undecided.push(directive)
    }
    return undecided.length === directives.length ? undefined : { ...selection, directives: undecided }
  }
  return visit(document, {
    Field: apply,
    InlineFragment: apply,
    FragmentSpread: apply,
    SelectionSet: { leave: (set) => (set.selections.length > 0 ? undefined : { ...set, selections: [typename] }) },
  })
}

/** Whether a directive keeps what it stands on; null when that is not known, or not up to it. */
function decide(
  { name, arguments: given = [] }: DirectiveNode,
  choiceOf: (variable: string) => boolean | undefined,
): boolean | null {
  if (name.value !== 'skip' && name.value !== 'include') return null
  const value = given[0]?.value
  const condition = value?.kind === Kind.VARIABLE ? choiceOf(value.name.value) : undefined
  const isMet = value?.kind === Kind.BOOLEAN ? value.value : condition
  return isMet === undefined ? null : isMet === (name.value === 'include')
}
