import { type DirectiveNode, type DocumentNode, type FieldNode, Kind, type SelectionNode, visit } from 'graphql'
import type { ConditionValues } from '../compile/conditions.ts'

const typename: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } }

/**
 * Applies each `@skip` and `@include` whose value is a literal or is given in `conditions`. Emptied selection sets get `__typename`, as
 * only the subgraph knows whether the object is null.
 */
export function applyConditions(
  document: DocumentNode,
  conditions: ConditionValues,
  clientName: (variable: string) => string,
): DocumentNode {
  const conditionValue = (variable: string): boolean | undefined => conditions.get(clientName(variable))
  const apply = <T extends SelectionNode>(selection: T): T | null | undefined => {
    const { directives = [] } = selection
    const unresolved: DirectiveNode[] = []
    for (const directive of directives) {
      const isIncluded = evaluate(directive, conditionValue)
      if (isIncluded === false) return null
      if (isIncluded === null) unresolved.push(directive)
    }
    return unresolved.length === directives.length ? undefined : { ...selection, directives: unresolved }
  }
  return visit(document, {
    Field: apply,
    InlineFragment: apply,
    FragmentSpread: apply,
    SelectionSet: { leave: (set) => (set.selections.length > 0 ? undefined : { ...set, selections: [typename] }) },
  })
}

/** Whether a directive includes its selection; null when it is another directive or its value is not known. */
function evaluate(
  { name, arguments: given = [] }: DirectiveNode,
  conditionValue: (variable: string) => boolean | undefined,
): boolean | null {
  if (name.value !== 'skip' && name.value !== 'include') return null
  const value = given[0]?.value
  const condition = value?.kind === Kind.VARIABLE ? conditionValue(value.name.value) : undefined
  const isMet = value?.kind === Kind.BOOLEAN ? value.value : condition
  return isMet === undefined ? null : isMet === (name.value === 'include')
}
